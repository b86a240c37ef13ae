-- The monitor's heartbeat: records what the probes saw and lets the rules look at each group that is
-- not at rest, so that a timeout takes effect when it passes and not when some node happens to report.
-- A group that somebody is deciding about at this moment is left to them, and to the next beat.
--
-- Of many groups that are not at rest a beat looks at some, in turn: it locks what it looks at until it
-- ends, and the keepers of those groups wait for it. Groups of which there is news come first, and all of them.
CREATE OR REPLACE FUNCTION pgautofailover.record_health(node_ids bigint[], answers text[])
RETURNS void LANGUAGE plpgsql
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz := NULL;
    _group record;
    _probed record;
    _looks constant int := 16;
    _told int;
    _looked_at bigint[] := '{}';
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
    FOR _group IN
        WITH candidate AS (
            SELECT formationid, groupid, bool_or(is_news) AS is_news, group_lock_key(formationid, groupid) AS key
              FROM (SELECT formationid, groupid, false AS is_news FROM restless_groups(monitor_clock())
                    UNION ALL
                    SELECT n.formationid, n.groupid, true
                      FROM unnest(record_health.node_ids, record_health.answers) AS p (nodeid, answer)
                      JOIN registered_node n USING (nodeid) LEFT JOIN node_report r USING (nodeid)
                     WHERE r.health IS DISTINCT FROM (p.answer = 'answered')::int) g
             GROUP BY formationid, groupid
        ), chosen AS (
            SELECT *, row_number() OVER (ORDER BY is_news DESC,
                          key <= coalesce(nullif(current_setting('pgautofailover_beat.looked_at', true), '')::bigint, 0), key) AS place
              FROM candidate
             ORDER BY place
             LIMIT greatest(_looks, (SELECT count(*) FROM candidate WHERE is_news)))
        -- news of a group that was being decided about is not left to the next check of its server, seconds later
        SELECT c.* FROM chosen c, (VALUES (1), (2)) AS look (number)
         WHERE look.number = 1 OR c.is_news
         ORDER BY look.number, c.place
    LOOP
        CONTINUE WHEN _group.key = ANY (_looked_at);
        IF NOT _group.is_news THEN
            PERFORM set_config('pgautofailover_beat.looked_at', _group.key::text, false);
        END IF;
        CONTINUE WHEN NOT pg_try_advisory_xact_lock(_group.key);
        _looked_at := _looked_at || _group.key;
        _at := monitor_clock();
        FOR _probed IN
            SELECT n.nodeid, n.nodename, n.nodehost, n.nodeport, p.answer, r.health AS health_before
              FROM unnest(record_health.node_ids, record_health.answers) AS p (nodeid, answer)
              JOIN registered_node n USING (nodeid) LEFT JOIN node_report r USING (nodeid)
             WHERE n.formationid = _group.formationid AND n.groupid = _group.groupid
             ORDER BY n.nodeid
        LOOP
            PERFORM record_answer(_probed.nodeid, _probed.answer, _at);
            IF coalesce(_probed.health_before, -1) <> (_probed.answer = 'answered')::int THEN
                PERFORM log_event(_probed.nodeid,
                    format('%s: %s', node_description(_probed.nodeid, _probed.nodename, _probed.nodehost, _probed.nodeport),
                           CASE _probed.answer WHEN 'answered' THEN 'the server answers the monitor''s probe'
                                               WHEN 'refused' THEN 'the server refuses the monitor''s probe'
                                               ELSE 'the server does not answer the monitor''s probe' END), _at);
            END IF;
        END LOOP;
        IF advance_group(_group.formationid, _group.groupid, _at) THEN
            PERFORM set_config('synchronous_commit', 'on', true);
        END IF;
    END LOOP;
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
    -- wake every keeper: so twice a second at most.
    IF _at >= coalesce(nullif(current_setting('pgautofailover_beat.announced_at', true), '')::timestamptz, '-infinity') + interval '0.5 s' THEN
        WITH waiting AS (DELETE FROM waiting_notification RETURNING *)
        SELECT count(pg_notify(w.channel, w.payload)) INTO _told FROM (SELECT * FROM waiting ORDER BY notificationid) w;
        IF _told > 0 THEN
            PERFORM set_config('pgautofailover_beat.announced_at', _at::text, false);
        END IF;
    END IF;
END $$;
COMMENT ON FUNCTION pgautofailover.record_health IS 'records what the health worker''s probes saw, and lets the rules look';
