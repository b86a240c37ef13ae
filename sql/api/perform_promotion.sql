-- Makes this node the primary. Answers false when it is one already.
CREATE OR REPLACE FUNCTION pgautofailover.perform_promotion(formation_id text, node_name text)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
BEGIN
    PERFORM require_right(perform_promotion.formation_id, NULL);
    PERFORM lock_group_of(nodeid) FROM registered_node
      WHERE formationid = perform_promotion.formation_id AND nodename = perform_promotion.node_name;
    _at := monitor_clock();
    SELECT * INTO _node FROM registered_node
     WHERE formationid = perform_promotion.formation_id AND nodename = perform_promotion.node_name;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'formation "%" has no node "%"', perform_promotion.formation_id, perform_promotion.node_name
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    IF _node.reportedstate = _node.goalstate AND _node.goalstate IN ('single', 'primary') THEN
        RAISE NOTICE '% is the primary already', node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport)
            USING ERRCODE = 'object_not_in_prerequisite_state';
        RETURN false;
    END IF;
    IF NOT (_node.reportedstate = _node.goalstate AND _node.goalstate IN ('secondary', 'report_lsn')) THEN
        RAISE EXCEPTION '% is in state %, and only a secondary can be promoted',
            node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
            node_label(_node.reportedstate, _node.goalstate)
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Wait until pg_autoctl show state shows it as secondary.';
    END IF;
    UPDATE node_group SET preferredid = _node.nodeid
     WHERE formationid = _node.formationid AND groupid = _node.groupid;
    IF _node.goalstate = 'report_lsn' THEN
        -- an election runs: it decides, and this node comes first if it may lead
        PERFORM advance_group(_node.formationid, _node.groupid, _at);
    ELSE
        PERFORM request_failover(_node.formationid, _node.groupid, 'requested_promotion', _at);
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.perform_promotion IS 'makes this node the primary';
