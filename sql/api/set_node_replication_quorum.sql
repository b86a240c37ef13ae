-- Changes whether commits may wait for a node.
CREATE OR REPLACE FUNCTION pgautofailover.set_node_replication_quorum(formation_id text, node_name text, replication_quorum bool)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
    _left int;
    _demanded int;
BEGIN
    PERFORM lock_group_of(nodeid) FROM registered_node
      WHERE formationid = set_node_replication_quorum.formation_id AND nodename = set_node_replication_quorum.node_name;
    _at := monitor_clock();
    _node := node_to_set(set_node_replication_quorum.formation_id, set_node_replication_quorum.node_name);
    IF NOT set_node_replication_quorum.replication_quorum THEN
        IF NOT EXISTS (SELECT FROM node_group g JOIN registered_node p ON p.nodeid = g.primaryid JOIN node_state s ON s.name = p.goalstate
                        WHERE g.formationid = _node.formationid AND g.groupid = _node.groupid AND s.takes_writes) THEN
            RAISE EXCEPTION 'group % of formation "%" has no primary now', _node.groupid, _node.formationid
                USING ERRCODE = 'internal_error', HINT = 'Try again when it has one: which nodes hold which commits is being decided.';
        END IF;
        SELECT count(*) INTO _left FROM registered_node n
         WHERE n.formationid = _node.formationid AND n.groupid = _node.groupid AND n.goalstate <> 'dropped'
           AND n.replicationquorum AND n.nodeid <> _node.nodeid
           AND n.nodeid <> (SELECT primaryid FROM node_group WHERE formationid = _node.formationid AND groupid = _node.groupid);
        SELECT number_sync_standbys INTO STRICT _demanded FROM formation WHERE formationid = _node.formationid;
        IF _demanded > 0 AND _demanded + 1 > _left THEN
            RAISE EXCEPTION 'with number_sync_standbys = % at least % standbys must take part in the quorum, and without node "%" there are %',
                _demanded, _demanded + 1, _node.nodename, _left
                USING ERRCODE = 'invalid_parameter_value',
                      HINT = 'Lower it first with: pg_autoctl set formation number-sync-standbys';
        END IF;
    END IF;
    UPDATE registered_node SET replicationquorum = set_node_replication_quorum.replication_quorum WHERE nodeid = _node.nodeid;
    PERFORM apply_changed_settings(_node.formationid, _node.groupid, _node.nodeid,
        format('an operator set the replication quorum to %s', set_node_replication_quorum.replication_quorum), _at);
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.set_node_replication_quorum IS 'changes whether commits may wait for a node';
