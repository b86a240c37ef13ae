-- Puts a node into the operator's hands. A primary hands its role over first; a standby that alone
-- confirms commits waits until the primary does without it.
CREATE OR REPLACE FUNCTION pgautofailover.start_maintenance(node_id bigint)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
BEGIN
    PERFORM lock_group_of(start_maintenance.node_id);
    _at := monitor_clock();
    SELECT * INTO _node FROM registered_node WHERE nodeid = start_maintenance.node_id;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF 'maintenance' IN (_node.reportedstate, _node.goalstate) THEN
        RETURN true;
    END IF;
    IF NOT advance_group(_node.formationid, _node.groupid, _at, '{requested_maintenance}', _node.nodeid) THEN
        RAISE EXCEPTION 'maintenance of % is not possible now: %',
            node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
            explain_refusal(_node.formationid, _node.groupid, _node.nodeid, _at, 'requested_maintenance')
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Look at the nodes with: pg_autoctl show state';
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.start_maintenance IS 'puts a node into maintenance';
