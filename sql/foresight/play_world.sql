-- What an event would do to a group, or why it cannot happen. The caller holds the group's lock and gives
-- the time.
CREATE OR REPLACE FUNCTION pgautofailover.play_world(
    formation_id text, group_id int, happening text, node_name text, at timestamptz)
RETURNS pgautofailover.played_world LANGUAGE plpgsql STABLE AS $$
DECLARE _world pgautofailover.played_world;
BEGIN
    IF coalesce(play_world.happening, 'null') NOT IN ('lost', 'monitor_cut', 'switchover') THEN
        RAISE EXCEPTION '"%" is not an event that can be played', play_world.happening
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Use lost, monitor_cut or switchover.';
    END IF;
    IF NOT EXISTS (SELECT FROM pgautofailover.registered_node
                    WHERE formationid = play_world.formation_id AND groupid = play_world.group_id AND goalstate <> 'dropped') THEN
        RAISE EXCEPTION 'group % of formation "%" has no nodes', play_world.group_id, play_world.formation_id
            USING ERRCODE = 'invalid_object_definition', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    SELECT g.primaryid INTO _world.primary_id
      FROM pgautofailover.node_group g JOIN pgautofailover.registered_node p ON p.nodeid = g.primaryid
     WHERE g.formationid = play_world.formation_id AND g.groupid = play_world.group_id AND p.goalstate <> 'dropped';
    SELECT n.nodeid INTO _world.unheard_id FROM pgautofailover.registered_node n
     WHERE n.formationid = play_world.formation_id AND n.groupid = play_world.group_id AND n.goalstate <> 'dropped'
       AND (n.nodename = play_world.node_name OR (play_world.node_name IS NULL AND n.nodeid = _world.primary_id));
    IF NOT FOUND THEN
        RAISE EXCEPTION 'group % of formation "%" has no %', play_world.group_id, play_world.formation_id,
            coalesce('node "' || play_world.node_name || '"', 'primary now: a node must be named')
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    IF play_world.happening = 'switchover' THEN
        _world.unheard_id := NULL;
    END IF;
    _world.is_heard_by_peers := play_world.happening = 'monitor_cut';
    _world.reporting := ARRAY(SELECT n.nodeid FROM pgautofailover.registered_node n JOIN pgautofailover.node_report r USING (nodeid)
                               WHERE n.formationid = play_world.formation_id AND n.groupid = play_world.group_id
                                 AND n.nodeid IS DISTINCT FROM _world.unheard_id
                                 AND pgautofailover.is_fresh(r.reporttime, play_world.at)
                               ORDER BY n.nodeid);
    _world.deaf := ARRAY(SELECT r.nodeid FROM pgautofailover.node_report r
                          WHERE r.nodeid = ANY (_world.reporting) AND r.upstreamsilence >= pgautofailover.unhealthy_timeout()
                          ORDER BY r.nodeid);
    SELECT l.needed > (SELECT count(*) FROM pgautofailover.registered_node n
                        WHERE n.nodeid = ANY (l.members) AND n.nodeid = ANY (_world.reporting)
                          AND n.reportedstate = 'secondary' AND NOT n.nodeid = ANY (_world.deaf))
      INTO _world.writes_stop
      FROM pgautofailover.latest_synchronous_set(play_world.formation_id, play_world.group_id) l;
    RETURN _world;
END $$;
