-- Plays that the group's primary is lost and this standby takes over, so that its session has planned by then what that
-- needs: where fifty have to at the same time, they keep one another waiting. Due between one and three minutes after the
-- session's first report, so that those which begin together do not rehearse together, or when the standby begins to miss its
-- primary; and again each hour, since a plan lasts only until a table is analyzed. Not while somebody decides about the group.
--
-- It changes nothing: all of it happens in a subtransaction that is always undone, as in play(). No report fails for it.
CREATE OR REPLACE FUNCTION pgautofailover.rehearse_takeover(
    formation_id text, group_id int, node_id bigint, silence interval, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _now numeric := extract(epoch FROM rehearse_takeover.at);
    _first_wait constant int := 60 + rehearse_takeover.node_id % 120;
    _due numeric := nullif(current_setting('pgautofailover_session.rehearses_at', true), '')::numeric;
    _primary_id bigint;
    _report pgautofailover.node_report;
    _goal text;
BEGIN
    IF _due IS NULL THEN
        _due := _now + _first_wait;
        PERFORM set_config('pgautofailover_session.rehearses_at', _due::text, false);
    END IF;
    IF _now < _due
       -- (one that has rehearsed is due much later)
       AND NOT (rehearse_takeover.silence >= pgautofailover.unhealthy_timeout() / 2 AND _due - _now <= _first_wait) THEN
        IF rehearse_takeover.silence >= pgautofailover.unhealthy_timeout() / 2 THEN
            -- it is about to be needed: a look fetches back most of the memory that was given back
            PERFORM pgautofailover.next_match(rehearse_takeover.formation_id, rehearse_takeover.group_id, rehearse_takeover.at, '{}', NULL, 0);
        END IF;
        RETURN;
    END IF;
    BEGIN
        IF NOT pg_try_advisory_xact_lock(pgautofailover.group_lock_key(rehearse_takeover.formation_id, rehearse_takeover.group_id)) THEN
            RETURN;
        END IF;
        SELECT primaryid INTO STRICT _primary_id FROM pgautofailover.node_group
         WHERE formationid = rehearse_takeover.formation_id AND groupid = rehearse_takeover.group_id;
        SELECT * INTO STRICT _report FROM pgautofailover.node_report WHERE nodeid = rehearse_takeover.node_id;
        PERFORM pgautofailover.assign(_primary_id, 'draining', 'it is rehearsed', rehearse_takeover.at);
        PERFORM pgautofailover.assign(rehearse_takeover.node_id, 'prepare_promotion', 'it is rehearsed', rehearse_takeover.at);
        SELECT a.assigned_group_state INTO _goal
          FROM pgautofailover.node_active(rehearse_takeover.formation_id, rehearse_takeover.node_id, rehearse_takeover.group_id,
                                          'prepare_promotion', true, _report.tli, _report.lsn) a;
        IF _goal = 'wait_primary' THEN
            PERFORM pgautofailover.node_active(rehearse_takeover.formation_id, rehearse_takeover.node_id, rehearse_takeover.group_id,
                                               'wait_primary', true, _report.tli + 1, _report.lsn, current_standby_names => '');
        END IF;
        RAISE EXCEPTION 'the rehearsal is over' USING ERRCODE = 'PA001';
    EXCEPTION
        WHEN SQLSTATE 'PA001' THEN
            NULL;  -- nothing of it has happened
        WHEN OTHERS THEN
            RAISE WARNING 'the takeover of node % cannot be rehearsed: %', rehearse_takeover.node_id, SQLERRM
                USING HINT = 'Its session plans a takeover when it comes to it, some hundredths of a second later.';
    END;
    PERFORM pgautofailover.release_memory();
    PERFORM set_config('pgautofailover_session.rehearses_at', (_now + 3600)::text, false);
END $$;
