-- CREATE EXTENSION makes the formation 'default', and a dump of a monitor brings its own: while the one
-- that is here is as it was made, and has never had a node, it becomes the one of the dump. Any other
-- duplicate is refused by the primary key. (create_formation looks for itself, under the group's lock.)
CREATE OR REPLACE FUNCTION pgautofailover.restore_seeded_formation()
RETURNS trigger LANGUAGE plpgsql
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    UPDATE formation f
       SET kind = NEW.kind, dbname = NEW.dbname, opt_secondary = NEW.opt_secondary, number_sync_standbys = NEW.number_sync_standbys,
           stays_at_zero = NEW.stays_at_zero
     WHERE f.formationid = NEW.formationid
       AND (f.dbname, f.opt_secondary, f.number_sync_standbys) = ('postgres', true, 0)
       AND NOT EXISTS (SELECT FROM node_group g WHERE g.formationid = f.formationid);
    IF FOUND THEN
        RETURN NULL;
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION pgautofailover.restore_seeded_formation IS 'lets a restored formation replace the unused one that the extension made';

CREATE TRIGGER restore_seeded_formation BEFORE INSERT ON pgautofailover.formation
    FOR EACH ROW WHEN (NEW.formationid = 'default') EXECUTE FUNCTION pgautofailover.restore_seeded_formation();
