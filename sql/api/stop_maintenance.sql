-- Takes a node out of maintenance: it follows the primary again.
CREATE OR REPLACE FUNCTION pgautofailover.stop_maintenance(node_id bigint)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
BEGIN
    PERFORM lock_group_of(stop_maintenance.node_id);
    _at := monitor_clock();
    SELECT * INTO _node FROM registered_node WHERE nodeid = stop_maintenance.node_id;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF NOT (_node.reportedstate = 'maintenance' AND _node.goalstate = 'maintenance') THEN
        RAISE EXCEPTION '% is not in maintenance but in state %',
            node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
            node_label(_node.reportedstate, _node.goalstate)
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF NOT advance_group(_node.formationid, _node.groupid, _at, '{requested_maintenance_end}', _node.nodeid) THEN
        RAISE EXCEPTION 'the maintenance of % cannot end now: %',
            node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
            explain_refusal(_node.formationid, _node.groupid, _node.nodeid, _at, 'requested_maintenance_end')
            USING ERRCODE = 'internal_error', HINT = 'Look at the nodes with: pg_autoctl show state';
    END IF;
    PERFORM advance_group(_node.formationid, _node.groupid, _at);
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.stop_maintenance IS 'takes a node out of maintenance';
