-- What the keepers report in one round of a played event: each node has reached the goal that it had when
-- the round began, as keepers do, unless its server was down before. What changes is told through
-- node_active, as keepers tell it; who has nothing new has reported that all the while. Answers whether
-- anybody had something new.
CREATE OR REPLACE FUNCTION pgautofailover.play_reports(
    formation_id text, group_id int, world pgautofailover.played_world, at timestamptz)
RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    _primary record;
    _node record;
    _state pgautofailover.node_state;
    _arrives bool;
    _is_standby bool;
    _connected bigint[];
    _names text;
    _is_news bool := false;
BEGIN
    SELECT p.nodeid, r.tli, r.lsn,
           (p.nodeid = ANY ((play_reports.world).reporting) AND s.takes_writes AND coalesce(r.pgisrunning, false))
               OR (p.nodeid = (play_reports.world).unheard_id AND (play_reports.world).is_heard_by_peers) AS is_heard
      INTO _primary
      FROM pgautofailover.node_group g
      JOIN pgautofailover.registered_node p ON p.nodeid = g.primaryid
      JOIN pgautofailover.node_report r ON r.nodeid = p.nodeid
      JOIN pgautofailover.node_state s ON s.name = p.reportedstate
     WHERE g.formationid = play_reports.formation_id AND g.groupid = play_reports.group_id;
    UPDATE pgautofailover.node_report r
       SET reporttime = play_reports.at,
           walreporttime = CASE WHEN r.lsn <> '0/0' THEN play_reports.at END,
           upstreamsilence = CASE WHEN coalesce(_primary.is_heard, false)
                                       AND NOT (_primary.nodeid = (play_reports.world).primary_id
                                                AND r.nodeid = ANY ((play_reports.world).deaf))
                                  THEN least(r.upstreamsilence, interval '0.1 seconds')
                                  ELSE r.upstreamsilence + (play_reports.at - r.reporttime) END
      FROM pgautofailover.registered_node n
     WHERE n.nodeid = r.nodeid AND r.nodeid = ANY ((play_reports.world).reporting)
       AND n.formationid = play_reports.formation_id AND n.groupid = play_reports.group_id;

    FOR _node IN
        SELECT n.nodeid, n.formationid, n.groupid, n.reportedstate, n.goalstate, g.tli AS group_tli, s.is_detached,
               coalesce(r.pgisrunning, false) OR pgautofailover.is_at_rest(n.reportedstate) AS can_run,
               r.pgisrunning, r.tli, r.lsn, r.repstate, r.standbynames, r.problem, r.connected, r.applydelay
          FROM pgautofailover.registered_node n
          JOIN pgautofailover.node_group g USING (formationid, groupid)
          JOIN pgautofailover.node_report r USING (nodeid)
          JOIN pgautofailover.node_state s ON s.name = n.reportedstate
         WHERE n.formationid = play_reports.formation_id AND n.groupid = play_reports.group_id
           AND n.nodeid = ANY ((play_reports.world).reporting)
         ORDER BY n.nodeid
    LOOP
        -- a server that is down comes to stop, and to nothing else
        SELECT * INTO _state FROM pgautofailover.node_state
         WHERE name = CASE WHEN _node.can_run OR pgautofailover.is_at_rest(_node.goalstate) THEN _node.goalstate
                           ELSE _node.reportedstate END;
        _arrives := _state.name <> _node.reportedstate;
        _is_standby := _state.name IN ('secondary', 'catchingup', 'join_secondary');
        _connected := ARRAY(SELECT o.nodeid FROM pgautofailover.registered_node o
                             WHERE _state.takes_writes
                               AND o.formationid = _node.formationid AND o.groupid = _node.groupid AND o.nodeid <> _node.nodeid
                               AND o.reportedstate IN ('secondary', 'catchingup', 'join_secondary')
                               AND (o.nodeid = ANY ((play_reports.world).reporting)
                                    OR (o.nodeid = (play_reports.world).unheard_id AND (play_reports.world).is_heard_by_peers))
                               AND NOT (_node.nodeid = (play_reports.world).primary_id AND o.nodeid = ANY ((play_reports.world).deaf))
                             ORDER BY o.nodeid);
        CONTINUE WHEN NOT _arrives AND coalesce(_node.connected = _connected, (_connected = '{}') = (_node.repstate = ''));
        _is_news := true;
        _names := CASE WHEN _state.name NOT IN ('single', 'wait_primary', 'primary') THEN NULL
                       WHEN NOT _arrives THEN _node.standbynames
                       WHEN _state.name = 'single' THEN ''
                       ELSE pgautofailover.synchronous_standby_names(_node.formationid, _node.groupid) END;
        PERFORM pgautofailover.node_active(
            _node.formationid, _node.nodeid, _node.groupid, _state.name,
            CASE WHEN _state.name = 'maintenance' AND _node.reportedstate = 'secondary' THEN _node.pgisrunning  -- left as it is
                 WHEN pgautofailover.is_at_rest(_state.name) THEN false WHEN _node.can_run THEN true ELSE _node.pgisrunning END,
            CASE WHEN _arrives AND _state.takes_writes AND _node.is_detached THEN greatest(_node.group_tli, _node.tli) + 1
                 WHEN _arrives AND _is_standby THEN coalesce(_primary.tli, _node.tli)
                 ELSE _node.tli END,
            CASE WHEN _arrives AND _state.name = 'fast_forward'
                 THEN (SELECT max(o.detachedlsn) FROM pgautofailover.registered_node o
                        WHERE o.formationid = _node.formationid AND o.groupid = _node.groupid
                          AND o.nodeid = ANY ((play_reports.world).reporting))
                 WHEN _arrives AND _is_standby THEN coalesce(_primary.lsn, _node.lsn)
                 ELSE _node.lsn END,
            CASE WHEN _connected = '{}' THEN '' WHEN _node.repstate = '' THEN 'quorum' ELSE _node.repstate END,
            -- a primary that waits for standbys cannot confirm names
            CASE WHEN _arrives AND _state.name = 'wait_primary' AND _names <> '' THEN '?' ELSE _names END,
            CASE WHEN _is_standby THEN 100 END,
            _node.problem,
            -- a keeper of an earlier version does not tell whom it hears
            current_connected => CASE WHEN _state.takes_writes AND (_arrives OR _node.connected IS NOT NULL) THEN _connected END,
            current_apply_delay => _node.applydelay);
    END LOOP;
    RETURN _is_news;
END $$;
