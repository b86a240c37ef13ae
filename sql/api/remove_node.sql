-- Takes a node out of its group. It leaves when it has stopped and said so; with force its row goes at
-- once, the operator vouching that its server takes no writes any more.
CREATE OR REPLACE FUNCTION pgautofailover.remove_node(node_id bigint, force bool = 'false')
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
    _lives bool;
    _left record;
BEGIN
    PERFORM lock_group_of(remove_node.node_id);
    _at := monitor_clock();
    SELECT * INTO _node FROM registered_node WHERE nodeid = remove_node.node_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'node % is not registered', remove_node.node_id
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    IF remove_node.force OR (_node.goalstate = 'dropped' AND _node.reportedstate = 'dropped') THEN
        PERFORM log_event(_node.nodeid, 'an operator removed the node at once', _at);
        PERFORM forget_node(_node.nodeid, _at);
        PERFORM lower_number_sync_standbys(_node.formationid, _node.groupid);
        PERFORM advance_group(_node.formationid, _node.groupid, _at);
        RETURN true;
    END IF;
    IF _node.goalstate = 'dropped' THEN
        RETURN true;
    END IF;
    _lives := EXISTS (SELECT FROM node_status(_node.formationid, _node.groupid, _at) s WHERE s.nodeid = _node.nodeid AND s.is_healthy);
    PERFORM assign(_node.nodeid, 'dropped', 'an operator asked for its removal', _at);
    PERFORM lower_number_sync_standbys(_node.formationid, _node.groupid);
    -- Those that are left must be sure of every acknowledged commit. A primary that is known to live is; else
    -- they must be able to elect one, if it was the primary that went, or a node whose position counts, or the
    -- last one that is known to live.
    SELECT count(*) AS nodes, bool_or(s.is_healthy) AS any_lives,
           coalesce(bool_or(s.is_primary AND s.is_healthy AND state.takes_writes), false) AS primary_lives
      INTO STRICT _left
      FROM node_status(_node.formationid, _node.groupid, _at) s JOIN node_state state ON state.name = s.goalstate;
    IF _left.nodes > 0 AND NOT _left.primary_lives
       AND ((_lives AND NOT _left.any_lives)
            OR EXISTS (SELECT FROM node_group WHERE primaryid = _node.nodeid)
            OR EXISTS (SELECT FROM synchronous_set
                        WHERE formationid = _node.formationid AND groupid = _node.groupid AND _node.nodeid = ANY (members)))
       AND NOT coalesce((SELECT bool_or('election_possible' = ANY (f.facts))
                           FROM facts_of_group(_node.formationid, _node.groupid, _at) f), false) THEN
        RAISE EXCEPTION '%', CASE WHEN _lives AND NOT _left.any_lives
                THEN format('without node %s no node of the group is known to live', _node.nodeid)
                ELSE format('without node %s those that are left are not sure to hold every acknowledged commit', _node.nodeid) END
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Drop the others first, or wait until they are secondary; with --force the node goes at once and what only it has is lost to the group.';
    END IF;
    PERFORM advance_group(_node.formationid, _node.groupid, _at);
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.remove_node(bigint, bool) IS 'takes a node out of its group';

-- The same, for the node at this host and port.
CREATE OR REPLACE FUNCTION pgautofailover.remove_node(node_host text, node_port int = 5432, force bool = 'false')
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE _node_id bigint;
BEGIN
    -- a lookup by what never changes hands while it is registered; remove_node reads again after its lock
    SELECT nodeid INTO _node_id FROM registered_node
     WHERE nodehost = remove_node.node_host AND nodeport = remove_node.node_port;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no node is registered at %:%', remove_node.node_host, remove_node.node_port
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    RETURN remove_node(_node_id, remove_node.force);
END $$;
COMMENT ON FUNCTION pgautofailover.remove_node(text, int, bool) IS 'takes the node at this address out of its group';
