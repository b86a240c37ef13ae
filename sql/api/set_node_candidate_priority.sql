-- Changes a node's candidate priority: 0 never leads, among the others the highest comes first.
CREATE OR REPLACE FUNCTION pgautofailover.set_node_candidate_priority(formation_id text, node_name text, candidate_priority int)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
BEGIN
    PERFORM lock_group_of(nodeid) FROM registered_node
      WHERE formationid = set_node_candidate_priority.formation_id AND nodename = set_node_candidate_priority.node_name;
    _at := monitor_clock();
    _node := node_to_set(set_node_candidate_priority.formation_id, set_node_candidate_priority.node_name);
    IF set_node_candidate_priority.candidate_priority NOT BETWEEN 0 AND 100 THEN
        RAISE EXCEPTION 'candidate priority % is not between 0 and 100', set_node_candidate_priority.candidate_priority
            USING ERRCODE = 'invalid_parameter_value', HINT = '0 never leads; among the others the highest leads.';
    END IF;
    IF _node.nodecluster <> 'default' AND set_node_candidate_priority.candidate_priority > 0 THEN
        RAISE EXCEPTION 'node "%" belongs to the cluster "%" of read replicas and cannot lead', _node.nodename, _node.nodecluster
            USING ERRCODE = 'invalid_parameter_value', HINT = 'The candidate priority of such a node is 0.';
    END IF;
    UPDATE registered_node SET candidatepriority = set_node_candidate_priority.candidate_priority WHERE nodeid = _node.nodeid;
    IF (SELECT count(*) < 2 FROM registered_node
         WHERE formationid = _node.formationid AND groupid = _node.groupid AND goalstate <> 'dropped' AND candidatepriority > 0) THEN
        RAISE NOTICE 'fewer than two nodes may lead now: when the primary is lost, nobody may be able to take over'
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    IF NOT EXISTS (SELECT FROM registered_node n JOIN node_state s ON s.name = n.goalstate
                    WHERE n.formationid = _node.formationid AND n.groupid = _node.groupid AND n.goalstate <> 'dropped'
                      AND (n.candidatepriority > 0 OR s.takes_writes)) THEN
        RAISE EXCEPTION 'a new primary is being chosen, and without node "%" nobody could lead', _node.nodename
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Give another node a candidate priority above 0 first, or wait for the new primary.';
    END IF;
    PERFORM apply_changed_settings(_node.formationid, _node.groupid, _node.nodeid,
        format('an operator set the candidate priority to %s', set_node_candidate_priority.candidate_priority), _at);
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.set_node_candidate_priority IS 'changes a node''s candidate priority';
