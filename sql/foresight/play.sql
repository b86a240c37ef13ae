-- Plays an event on today's facts, with the rules that are in force and in a time of its own, and tells
-- what becomes of the group. It changes nothing: all of it happens in a subtransaction that is always
-- undone, the group's lock and every notification included. Only numbers of events are used up, as in
-- any transaction that is rolled back.
CREATE OR REPLACE FUNCTION pgautofailover.play(formation_id text, group_id int, happening text, node_name text)
RETURNS pgautofailover.played LANGUAGE plpgsql
SET timezone = 'UTC' SET datestyle = 'ISO' AS $$
DECLARE
    _at timestamptz;
    _world pgautofailover.played_world;
    _before bigint;
    _seen bigint;
    _waits interval[];
    _quiet int := 1;
    _changed_at timestamptz;
    _played pgautofailover.played;
BEGIN
    BEGIN
        PERFORM pgautofailover.lock_group(play.formation_id, play.group_id);
        _at := pgautofailover.monitor_clock();
        _changed_at := _at;
        IF current_setting('pgautofailover.test_start', true) IS NOT NULL THEN  -- the library knows it
            PERFORM set_config('pgautofailover.test_start', pgautofailover.monitor_start()::text, true);
        END IF;
        PERFORM set_config('pgautofailover.test_clock', _at::text, true);
        _world := pgautofailover.play_world(play.formation_id, play.group_id, play.happening, play.node_name, _at);
        SELECT coalesce(max(eventid), 0) INTO _before FROM pgautofailover.event
         WHERE formationid = play.formation_id AND groupid = play.group_id;
        IF play.happening = 'switchover' THEN
            IF EXISTS (SELECT FROM pgautofailover.registered_node n
                        WHERE n.formationid = play.formation_id AND n.nodename = play.node_name
                          AND n.nodeid IS DISTINCT FROM _world.primary_id) THEN
                PERFORM pgautofailover.perform_promotion(play.formation_id, play.node_name);
            ELSE
                PERFORM pgautofailover.perform_failover(play.formation_id, play.group_id);
            END IF;
        END IF;

        -- A moment after each change keepers have reached their goals. When nothing changes any more, time
        -- jumps to where the next rule could speak: all of them wait for one of these.
        SELECT array_agg(w ORDER BY w) INTO _waits
          FROM unnest(ARRAY[interval '0.5 seconds',
                            pgautofailover.unhealthy_timeout() + interval '0.5 seconds',
                            3 * pgautofailover.unhealthy_timeout() + interval '0.5 seconds',
                            5 * pgautofailover.unhealthy_timeout() + interval '0.5 seconds',
                            pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds')
                                + pgautofailover.unhealthy_timeout()]) AS w;
        FOR _round IN 1 .. 100 LOOP
            EXIT WHEN _quiet > cardinality(_waits);
            _at := _changed_at + _waits[_quiet];
            PERFORM set_config('pgautofailover.test_clock', _at::text, true);
            _seen := (SELECT max(eventid) FROM pgautofailover.event WHERE formationid = play.formation_id AND groupid = play.group_id);
            PERFORM pgautofailover.play_probes(play.formation_id, play.group_id, _world, _at);
            IF NOT pgautofailover.play_reports(play.formation_id, play.group_id, _world, _at) THEN
                PERFORM pgautofailover.advance_group(play.formation_id, play.group_id, _at);
            END IF;
            IF EXISTS (SELECT FROM pgautofailover.event
                        WHERE formationid = play.formation_id AND groupid = play.group_id AND eventid > coalesce(_seen, 0)) THEN
                _changed_at := _at;
                _quiet := 1;
            ELSE
                _quiet := _quiet + 1;
            END IF;
        END LOOP;
        IF _quiet <= cardinality(_waits) THEN
            RAISE WARNING 'the group has not come to rest: what is told is the beginning';
        END IF;
        _played := pgautofailover.outcome(play.formation_id, play.group_id, _world, _before, _at);
        RAISE EXCEPTION 'the play is over' USING ERRCODE = 'PA001';
    EXCEPTION WHEN SQLSTATE 'PA001' THEN
        NULL;  -- nothing of it has happened
    END;
    RETURN _played;
END $$;
