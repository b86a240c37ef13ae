-- A dump of a monitor brings the formation 'default' with its settings, and the extension has made one of
-- that name already: while that one is unused it takes the settings over.
CREATE OR REPLACE FUNCTION pgautofailover.restore_seeded_formation()
RETURNS trigger LANGUAGE plpgsql SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    UPDATE formation f
       SET kind = NEW.kind, dbname = NEW.dbname, opt_secondary = NEW.opt_secondary, number_sync_standbys = NEW.number_sync_standbys,
           stays_at_zero = NEW.stays_at_zero
     WHERE f.formationid = NEW.formationid
       AND NOT EXISTS (SELECT FROM node_group g WHERE g.formationid = NEW.formationid);
    RETURN CASE WHEN FOUND THEN NULL ELSE NEW END;
END $$;
CREATE TRIGGER restore_seeded_formation BEFORE INSERT ON pgautofailover.formation
    FOR EACH ROW WHEN (NEW.formationid = 'default') EXECUTE FUNCTION pgautofailover.restore_seeded_formation();
