-- Standbys are forbidden only in a formation that has none. It checks, and changes nothing.
CREATE OR REPLACE FUNCTION pgautofailover.update_secondary_check()
RETURNS trigger LANGUAGE plpgsql SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE _node registered_node;
BEGIN
    IF OLD.opt_secondary AND NOT NEW.opt_secondary THEN
        SELECT * INTO _node FROM registered_node
         WHERE formationid = NEW.formationid AND reportedstate <> 'single' AND goalstate <> 'dropped'
         ORDER BY nodeid LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'formation "%" has standbys', NEW.formationid
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      DETAIL = format('%s is in state %s.', node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport), _node.reportedstate),
                      HINT = 'Drop the standbys first with: pg_autoctl drop node';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER disable_secondary_check BEFORE UPDATE ON pgautofailover.formation
    FOR EACH ROW EXECUTE FUNCTION pgautofailover.update_secondary_check();
