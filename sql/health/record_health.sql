-- The monitor's heartbeat: records what the probes saw and lets the rules look at each group that is
-- not at rest, so that a timeout takes effect when it passes and not when some node happens to report.
-- A group that somebody is deciding about at this moment is left to them, and to the next beat.
--
-- Of many groups that are not at rest a beat looks at some, in turn: it locks what it looks at until it
-- ends, and the keepers of those groups wait for it. Groups of which there is news come first, and all of them; so do
-- those whose primary has become silent by everybody's word since the last beat, also while this one decided: where many are
-- lost at once, their times come within a few milliseconds, and each commit wakes everybody. When that will be is said in the setting
-- pgautofailover_beat.next_ms, and so is when something waits to be announced: the worker's next beat begins so many
-- milliseconds after this one did, at the latest. (Its commit may wake a thousand sessions, which takes its time.)
-- News of a group that is left to somebody is told by the next beat, with the time at which it was heard, unless that
-- has newer ones of the same server.
CREATE OR REPLACE FUNCTION pgautofailover.record_health(node_ids bigint[], answers text[])
RETURNS void LANGUAGE plpgsql
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _began timestamptz := monitor_clock();
    _at timestamptz := _began;
    _ask_for_next bool := false;
    _looked_until timestamptz := nullif(current_setting('pgautofailover_beat.looked_until', true), '')::timestamptz;
    _next timestamptz := NULL;
    _group record;
    _probed record;
    _looks int := 16;  -- at groups of which there is no news
    _news_limit constant int := 64;  -- so many that were looked at do not wait for more
    _until timestamptz := _began;
    _gave_goals bool := false;
    _announces_at timestamptz := nullif(current_setting('pgautofailover_beat.announces_at', true), '')::timestamptz;
    _waits_since timestamptz := nullif(current_setting('pgautofailover_beat.waits_since', true), '')::timestamptz;
    _told int;
    _again bigint[] := '{}';
    _formations text[];
    _groups int[];
    _looked_in_all int := 0;
    _left jsonb := coalesce(nullif(current_setting('pgautofailover_beat.left_news', true), ''), '{}');
    -- in one dimension, counted from 1, so that a server and its answer have the same place
    _ids bigint[] := ARRAY(SELECT unnest(record_health.node_ids));
    _answers text[] := ARRAY(SELECT unnest(record_health.answers));
    _times timestamptz[];
    _left_groups bigint[] := '{}';
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'the health worker reads after its lock, which a transaction that is % does not', current_setting('transaction_isolation')
            USING ERRCODE = 'active_sql_transaction', HINT = 'Use the isolation level READ COMMITTED.';
    END IF;
    IF pg_current_xact_id_if_assigned() IS NULL THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    IF coalesce(current_setting('pgautofailover_beat.clock_is_settled', true), '') <> 'yes' AND settle_clock() THEN
        PERFORM set_config('pgautofailover_beat.clock_is_settled', 'yes', false);
    END IF;
    IF _left <> '{}' THEN
        SELECT array_agg(p.nodeid), array_agg(p.answer), array_agg(p.heard_at) INTO _ids, _answers, _times
          FROM (SELECT new.nodeid, new.answer, NULL::timestamptz AS heard_at
                  FROM unnest(record_health.node_ids, record_health.answers) AS new (nodeid, answer)
                UNION ALL
                SELECT l.key::bigint, l.value->>0, (l.value->>1)::timestamptz
                  FROM jsonb_each(_left) AS l WHERE l.key::bigint <> ALL (coalesce(record_health.node_ids, '{}'))) p;
    END IF;
    LOOP
        _formations := '{}';
        _groups := '{}';
        FOR _group IN
            WITH candidate AS (
                SELECT formationid, groupid, bool_or(is_news) OR group_lock_key(formationid, groupid) = ANY (_again) AS is_news,
                       group_lock_key(formationid, groupid) AS key,
                       min(silent_at) FILTER (WHERE silent_at > _until) AS silent_at
                  FROM (SELECT formationid, groupid, coalesce(silent_at > _looked_until AND silent_at <= _until, false) AS is_news, silent_at
                          FROM restless_groups(_until)
                        UNION ALL
                        SELECT n.formationid, n.groupid, true, NULL
                          FROM unnest(_ids, _answers) AS p (nodeid, answer)
                          JOIN registered_node n USING (nodeid) LEFT JOIN node_report r USING (nodeid)
                         WHERE r.health IS DISTINCT FROM (p.answer = 'answered')::int) g
                 GROUP BY formationid, groupid
            ), chosen AS (
                SELECT *, row_number() OVER (ORDER BY is_news DESC,
                              key <= coalesce(nullif(current_setting('pgautofailover_beat.looked_at', true), '')::bigint, 0), key) AS place
                  FROM candidate
                 ORDER BY place
                 LIMIT greatest(_looks, (SELECT count(*) FROM candidate WHERE is_news)))
            SELECT c.*, (SELECT min(silent_at) FROM candidate) AS next_silent_at FROM chosen c ORDER BY c.place
        LOOP
            _next := _group.next_silent_at;
            IF NOT _group.is_news THEN
                PERFORM set_config('pgautofailover_beat.looked_at', _group.key::text, false);
            END IF;
            IF NOT pg_try_advisory_xact_lock(_group.key) THEN
                IF _group.is_news THEN
                    _left_groups := _left_groups || _group.key;
                END IF;
                CONTINUE;
            END IF;
            _formations := _formations || _group.formationid;
            _groups := _groups || _group.groupid;
            _at := monitor_clock();
            FOR _probed IN
                SELECT n.nodeid, n.nodename, n.nodehost, n.nodeport, p.answer, coalesce(p.heard_at, _at) AS heard_at, r.health AS health_before
                  FROM registered_node n LEFT JOIN node_report r USING (nodeid)
                  -- (a join would read anew for each group all that was probed)
                 CROSS JOIN LATERAL (SELECT _answers[i] AS answer, _times[i] AS heard_at FROM array_position(_ids, n.nodeid) AS i) p
                 WHERE n.formationid = _group.formationid AND n.groupid = _group.groupid AND p.answer IS NOT NULL
                 ORDER BY n.nodeid
            LOOP
                PERFORM record_answer(_probed.nodeid, _probed.answer, _probed.heard_at);
                IF coalesce(_probed.health_before, -1) <> (_probed.answer = 'answered')::int THEN
                    _ask_for_next := true;  -- of somebody whose time begins with that
                    PERFORM log_event(_probed.nodeid,
                        format('%s: %s', node_description(_probed.nodeid, _probed.nodename, _probed.nodehost, _probed.nodeport),
                               CASE _probed.answer WHEN 'answered' THEN 'the server answers the monitor''s probe'
                                                   WHEN 'refused' THEN 'the server refuses the monitor''s probe'
                                                   ELSE 'the server does not answer the monitor''s probe' END), _at);
                END IF;
            END LOOP;
        END LOOP;
        IF advance_groups(_formations, _groups, monitor_clock()) THEN
            PERFORM set_config('synchronous_commit', 'on', true);
            _gave_goals := true;
        END IF;
        _looked_in_all := _looked_in_all + cardinality(_groups);
        -- there is news of a group that was being decided about when this beat came to it, and was not so twice; or somebody's time has come
        EXIT WHEN NOT (_left_groups <> '{}' AND _again = '{}')
              AND (_next IS NULL OR _next > monitor_clock() OR _looked_in_all >= _news_limit);
        _again := _left_groups;
        _looked_until := _until;
        _until := monitor_clock();
        _looks := 0;
        _next := NULL;
        _ask_for_next := true;
    END LOOP;
    -- (what is no news any more, nobody needs to be told)
    IF _left <> '{}' OR _left_groups <> '{}' THEN
        PERFORM set_config('pgautofailover_beat.left_news', coalesce((
            SELECT jsonb_object_agg(p.nodeid, jsonb_build_array(p.answer, coalesce(p.heard_at, monitor_clock())))
              FROM unnest(_ids, _answers, _times) AS p (nodeid, answer, heard_at)
              JOIN registered_node n USING (nodeid) LEFT JOIN node_report r USING (nodeid)
             WHERE group_lock_key(n.formationid, n.groupid) = ANY (_left_groups)
               AND r.health IS DISTINCT FROM (p.answer = 'answered')::int), '{}')::text, false);
    END IF;
    PERFORM set_config('pgautofailover_beat.looked_until', _until::text, false);
    IF _ask_for_next THEN
        SELECT min(silent_at) INTO _next FROM restless_groups(_until) WHERE silent_at > _until;
    END IF;
    -- What is no news, also of groups that were not looked at: when somebody was probed last counts for all of
    -- them. Nobody is waited for: a row that somebody writes is left to the next beat.
    _at := monitor_clock();
    UPDATE node_report r
       SET answer = q.answer, healthchecktime = _at,
           answeredtime = CASE q.answer WHEN 'answered' THEN _at ELSE r.answeredtime END
      FROM (SELECT quiet.nodeid, p.answer
              FROM unnest(record_health.node_ids, record_health.answers) AS p (nodeid, answer)
              JOIN node_report quiet USING (nodeid)
             WHERE quiet.health = (p.answer = 'answered')::int
             ORDER BY quiet.nodeid
               FOR UPDATE OF quiet SKIP LOCKED) q
     WHERE r.nodeid = q.nodeid AND r.healthchecktime IS DISTINCT FROM _at;
    -- What tell() has left to the heartbeat. In bad times many beats come in a second, and each that announced anything would
    -- wake every keeper: so twice a second at most. And every keeper reads all of it: so those who have just been given goals act
    -- first, unless people have waited for a second.
    IF _gave_goals THEN
        _announces_at := _at + interval '0.5 s';
    END IF;
    IF EXISTS (SELECT FROM waiting_notification) THEN
        _waits_since := coalesce(_waits_since, _at);
        IF _at >= coalesce(_announces_at, _at) OR _at >= _waits_since + interval '1 s' THEN
            WITH waiting AS (DELETE FROM waiting_notification RETURNING *)
            SELECT count(pg_notify(w.channel, w.payload)) INTO _told FROM (SELECT * FROM waiting ORDER BY notificationid) w;
            _waits_since := NULL;
            _announces_at := _at + interval '0.5 s';
        ELSE
            _next := least(_next, _announces_at, _waits_since + interval '1 s');
        END IF;
    END IF;
    PERFORM set_config('pgautofailover_beat.announces_at', coalesce(_announces_at::text, ''), false),
            set_config('pgautofailover_beat.waits_since', coalesce(_waits_since::text, ''), false);
    PERFORM set_config('pgautofailover_beat.next_ms',
                       CASE WHEN _next IS NULL THEN '' ELSE ceil(1000 * extract(epoch FROM greatest(_next - _began, interval '0')))::text END, false);
END $$;
COMMENT ON FUNCTION pgautofailover.record_health IS 'records what the health worker''s probes saw, and lets the rules look';
