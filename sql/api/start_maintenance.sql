-- Puts a node into the operator's hands. A primary hands its role over first, or with with_failover false
-- stops, and nobody takes writes until its maintenance ends; a standby that alone confirms commits waits
-- until the primary does without it.
CREATE OR REPLACE FUNCTION pgautofailover.start_maintenance(node_id bigint, with_failover bool = true)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
    _request text := CASE WHEN start_maintenance.with_failover THEN 'requested_maintenance'
                          ELSE 'requested_maintenance_without_failover' END;
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
    IF NOT start_maintenance.with_failover
       AND NOT EXISTS (SELECT FROM node_group WHERE primaryid = _node.nodeid) THEN
        _request := 'requested_maintenance';
    END IF;
    IF blocks_commits(_node.formationid, _node.groupid, _node.nodeid) THEN
        RAISE WARNING 'without % too few standbys are left: commits wait until another one streams',
            node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport)
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF NOT advance_group(_node.formationid, _node.groupid, _at, ARRAY[_request], _node.nodeid) THEN
        RAISE EXCEPTION 'maintenance of % is not possible now: %',
            node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
            explain_refusal(_node.formationid, _node.groupid, _node.nodeid, _at, _request)
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Look at the nodes with: pg_autoctl show state';
    END IF;
    PERFORM advance_group(_node.formationid, _node.groupid, _at);
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.start_maintenance IS 'puts a node into maintenance';
