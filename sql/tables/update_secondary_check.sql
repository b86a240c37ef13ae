-- Refuses to forbid standbys in a formation that has some. It checks, and changes nothing.
CREATE OR REPLACE FUNCTION pgautofailover.update_secondary_check()
RETURNS trigger LANGUAGE plpgsql
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE _standby registered_node;
BEGIN
    IF NEW.opt_secondary OR NOT OLD.opt_secondary THEN
        RETURN NEW;
    END IF;
    SELECT * INTO _standby FROM registered_node
     WHERE formationid = NEW.formationid AND reportedstate <> 'single' AND goalstate <> 'dropped'
     ORDER BY nodeid LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'formation "%" has a node that is not single: its standbys cannot be forbidden', NEW.formationid
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('%s is in state %s.',
                                  node_description(_standby.nodeid, _standby.nodename, _standby.nodehost, _standby.nodeport),
                                  _standby.reportedstate),
                  HINT = 'Drop the standbys first with: pg_autoctl drop node';
    END IF;
    RETURN NEW;
END $$;
COMMENT ON FUNCTION pgautofailover.update_secondary_check IS 'refuses to forbid standbys in a formation that has some';

CREATE TRIGGER disable_secondary_check BEFORE UPDATE ON pgautofailover.formation
    FOR EACH ROW EXECUTE FUNCTION pgautofailover.update_secondary_check();
