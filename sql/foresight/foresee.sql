-- Plays an event on today's facts, by the real rules, and takes everything back: 'lost', the host of this
-- node falls silent; 'monitor_cut', only the monitor cannot see it any more; 'switchover', an operator asks
-- for a failover. Nodes that are alive reach their goals at once, so the seconds are those that the rules
-- themselves wait.
CREATE OR REPLACE FUNCTION pgautofailover.foresee(formation_id text, group_id int, happening text, node_id bigint)
RETURNS pgautofailover.foreseen LANGUAGE plpgsql AS $$
DECLARE
    _at timestamptz;
    _began timestamptz;
    _silence interval := 3 * pgautofailover.unhealthy_timeout();
    _first_event bigint;
    _alive bigint[];
    _primary_id bigint;
    _answer pgautofailover.foreseen;
    _set pgautofailover.synchronous_set;
BEGIN
    PERFORM pgautofailover.lock_group(foresee.formation_id, foresee.group_id);
    _at := pgautofailover.monitor_clock();
    _began := _at;
    SELECT primaryid INTO _primary_id FROM pgautofailover.node_group
     WHERE formationid = foresee.formation_id AND groupid = foresee.group_id;
    SELECT coalesce(array_agg(s.nodeid ORDER BY s.nodeid), '{}') INTO _alive
      FROM pgautofailover.node_status(foresee.formation_id, foresee.group_id, _at) s
     WHERE s.is_fresh AND (foresee.happening = 'switchover' OR s.nodeid <> foresee.node_id);
    BEGIN
        SELECT coalesce(max(eventid), 0) INTO _first_event FROM pgautofailover.event;
        IF foresee.happening = 'switchover' THEN
            PERFORM pgautofailover.advance_group(foresee.formation_id, foresee.group_id, _at, '{requested_failover}', _primary_id);
        ELSE
            UPDATE pgautofailover.node_report
               SET reporttime = _at - _silence, health = 0, answer = 'silent', healthchecktime = _at,
                   answeredtime = least(answeredtime, _at - _silence)
             WHERE nodeid = foresee.node_id;
        END IF;
        IF foresee.happening = 'lost' THEN
            UPDATE pgautofailover.node_report r
               SET connected = array_remove(r.connected, foresee.node_id),
                   upstreamsilence = CASE WHEN foresee.node_id = _primary_id AND r.upstreamsilence IS NOT NULL
                                          THEN _silence ELSE r.upstreamsilence END
             WHERE r.nodeid = ANY (_alive);
        END IF;
        FOR _round IN 1 .. 16 LOOP
            PERFORM pgautofailover.imagine_report(a.id, _at) FROM unnest(_alive) AS a (id)
               JOIN pgautofailover.registered_node n ON n.nodeid = a.id AND n.goalstate <> 'dropped';
            EXIT WHEN NOT pgautofailover.advance_group(foresee.formation_id, foresee.group_id, _at)
                      AND _at - _began > pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds');
            UPDATE pgautofailover.node_report SET healthchecktime = _at WHERE nodeid = foresee.node_id;
            IF _answer.leader_id IS NULL THEN
                SELECT s.nodeid, extract(epoch FROM _at - _began) INTO _answer.leader_id, _answer.seconds
                  FROM pgautofailover.node_status(foresee.formation_id, foresee.group_id, _at) s
                 WHERE s.is_serving AND (_round > 1 OR s.nodeid IS DISTINCT FROM foresee.node_id)
                   -- not one that is about to give way
                   AND NOT (foresee.happening = 'switchover' AND s.nodeid = _primary_id AND _round = 1);
            END IF;
            -- short rounds first, in which nodes reach their goals; then time for the long waits
            _at := _at + CASE WHEN _round < 8 THEN interval '0.2 seconds' ELSE interval '5 seconds' END;
        END LOOP;
        SELECT array_agg(e ORDER BY e.eventid) INTO _answer.story
          FROM pgautofailover.event e
         WHERE e.eventid > _first_event AND e.rule_pos IS NOT NULL
           AND e.formationid = foresee.formation_id AND e.groupid = foresee.group_id;
        SELECT s.nodeid INTO _answer.leader_id
          FROM pgautofailover.node_status(foresee.formation_id, foresee.group_id, _at) s WHERE s.is_serving;
        IF FOUND THEN
            _answer.seconds := coalesce(_answer.seconds, extract(epoch FROM _at - _began));
        ELSE
            _answer.leader_id := NULL;
            IF foresee.happening = 'monitor_cut' AND foresee.node_id = _primary_id AND _answer.story IS NULL THEN
                _answer.leader_id := _primary_id;  -- it goes on, unseen
                _answer.seconds := 0;
            END IF;
        END IF;
        SELECT * INTO _set FROM pgautofailover.latest_synchronous_set(foresee.formation_id, foresee.group_id);
        _answer.obstacle := CASE
            WHEN _answer.leader_id IS NULL
                THEN coalesce((SELECT r.because FROM unnest(_answer.story) e
                                 JOIN pgautofailover.rule r ON r.pos = e.rule_pos
                                WHERE r.node_goal IS NULL AND r.primary_goal IS NULL
                                ORDER BY e.eventid DESC LIMIT 1),
                              'no standby is left that could take over')
            WHEN _set.needed > 0 AND _set.needed > (SELECT count(*) FROM pgautofailover.registered_node n
                                                     WHERE n.nodeid = ANY (_set.members) AND n.nodeid = ANY (_alive)
                                                       AND n.goalstate IN ('secondary', 'catchingup', 'join_secondary'))
                THEN format('commits wait, because number_sync_standbys demands %s standbys and fewer are left', _set.needed) END;
        _answer.is_promotion := _answer.leader_id IS DISTINCT FROM _primary_id;
        _answer.may_lose := coalesce((SELECT bool_or(e.rule_pos IN (323, 355)) FROM unnest(_answer.story) e), false);
        RAISE EXCEPTION 'the play is over' USING ERRCODE = 'PA001';
    EXCEPTION WHEN SQLSTATE 'PA001' THEN
        NULL;  -- everything is as it was; what was seen is in our variables
    END;
    RETURN _answer;
END $$;
