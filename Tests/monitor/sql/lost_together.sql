-- Many groups lose their primaries at once: what is decided about them together, and what nobody needs to ask.
\pset format unaligned
\t on
SET client_min_messages = warning;
SELECT story.begin('n1', 'n2');
SELECT story.pass(3);
CREATE TEMP VIEW way AS SELECT r.name AS reported, g.name AS goal, g.takes_writes FROM pgautofailover.node_state r, pgautofailover.node_state g;
\echo '# A fact that where the nodes stand excludes never holds, though all else speaks for it; each such fact is seen to hold'
BEGIN;
UPDATE pgautofailover.node_group SET preferredid = 2;
CREATE TEMP TABLE held (fact text, reported text, goal text);
DO $$
DECLARE
    _way way;
BEGIN
    FOR _way IN SELECT * FROM way WHERE NOT takes_writes LOOP  -- one writer in a group
        UPDATE pgautofailover.registered_node
           SET reportedstate = _way.reported, goalstate = _way.goal, statechangetime = story.now() WHERE nodeid = 2;
        INSERT INTO held
        SELECT DISTINCT fact, _way.reported, _way.goal
          FROM pgautofailover.facts_of_group('default', 0, story.now()) f, unnest(f.facts) AS fact;
    END LOOP;
END $$;
SELECT h.* FROM held h JOIN pgautofailover.fact f ON f.name = h.fact
 WHERE f.beside IS NOT NULL AND NOT pgautofailover.label_matches(f.beside, h.reported, h.goal) OR f.name = 'alone' AND h.goal <> 'dropped';
SELECT f.name, count(h.fact) FROM pgautofailover.fact f LEFT JOIN held h ON h.fact = f.name WHERE f.beside IS NOT NULL GROUP BY f.name ORDER BY f.name;
ROLLBACK;
\echo '# The same rule speaks for a group whether or not it is asked first where the nodes stand, and asked alone or among others'
CREATE FUNCTION story.differences(node_id bigint) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    _way way;
    _all int;
    _alone int;
    _among pgautofailover.rule_match[];
BEGIN
    FOR _way IN SELECT * FROM way WHERE goal <> 'dropped' AND (differences.node_id = 1 OR NOT takes_writes) LOOP
        UPDATE pgautofailover.registered_node SET reportedstate = _way.reported, goalstate = _way.goal WHERE nodeid = differences.node_id;
        _all := (SELECT m.rule_pos FROM pgautofailover.matches('default', 0, story.now()) m ORDER BY m.place LIMIT 1);
        _alone := (pgautofailover.next_match('default', 0, story.now(), '{}', NULL, 0)).rule_pos;
        _among := pgautofailover.first_matches('{default,elsewhere,default}', '{0,0,0}', story.now());
        RETURN QUERY SELECT format('%s->%s: %s, asked alone %s, among others %s', _way.reported, _way.goal, _all, _alone, _among)
                      WHERE (_alone, (_among[1]).rule_pos, (_among[3]).rule_pos, (_among[2]).place) IS DISTINCT FROM (_all, _all, _all, 0);
        PERFORM set_config('story.spoken', concat(current_setting('story.spoken', true), ' ', _all), true);
    END LOOP;
    RETURN QUERY SELECT 'rules that spoke: ' || string_agg(DISTINCT pos, ', ' ORDER BY pos)
                   FROM regexp_split_to_table(trim(current_setting('story.spoken')), '\s+') AS pos;
END $$;
BEGIN;
SELECT story.differences(2);
ROLLBACK;
BEGIN;
SELECT story.differences(1);
ROLLBACK;
BEGIN;
UPDATE pgautofailover.registered_node SET reportedstate = 'wait_primary', goalstate = 'wait_primary' WHERE nodeid = 1;
SELECT story.differences(2);
ROLLBACK;
BEGIN;
UPDATE pgautofailover.registered_node SET goalstate = 'draining' WHERE nodeid = 1;
SELECT story.differences(2);
ROLLBACK;
\echo '# Whose time comes while a beat decides about others is decided about in it: of 60 groups, the last is due 10 ms after the others'
RESET pgautofailover.test_clock;
DO $$ BEGIN
    WHILE pgautofailover.monitor_clock() - pgautofailover.monitor_start() < interval '10 s' LOOP PERFORM pg_sleep(0.1); END LOOP;
END $$;
INSERT INTO pgautofailover.formation (formationid, dbname) VALUES ('lost', 'postgres');
INSERT INTO pgautofailover.node_group (formationid, groupid, primaryid, tli) SELECT 'lost', g, 2000 + g, 1 FROM generate_series(1, 60) g;
INSERT INTO pgautofailover.registered_node (formationid, nodeid, groupid, nodename, nodehost, nodeport, goalstate, reportedstate, statechangetime)
SELECT 'lost', base + g, g, state || g, state || g, 5432, state, state, '2026-01-01'
  FROM generate_series(1, 60) g, (VALUES (2000, 'primary'), (3000, 'secondary')) AS n (base, state);
INSERT INTO pgautofailover.synchronous_set (formationid, groupid, members, needed, is_confirmed, recordedtime)
SELECT 'lost', g, ARRAY[3000 + g], 1, true, '2026-01-01' FROM generate_series(1, 60) g;
INSERT INTO pgautofailover.node_report (nodeid) SELECT base + g FROM generate_series(1, 60) g, (VALUES (2000), (3000)) AS n (base);
-- Their primaries are silent, by everybody's word for three seconds but for those that are late.
CREATE FUNCTION story.lose(late int4range, late_by_ms int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    _at timestamptz := pgautofailover.monitor_clock();
BEGIN
    UPDATE pgautofailover.node_report
       SET tli = 1, lsn = '0/3000000', pgisrunning = true, runningsince = _at - interval '60 s', reportingsince = _at - interval '60 s',
           healthchecktime = _at,
           reporttime = _at - CASE WHEN nodeid < 3000 THEN interval '4 s' ELSE '0.5 s' END,
           health = CASE WHEN nodeid < 3000 THEN 0 ELSE 1 END,
           answer = CASE WHEN nodeid < 3000 THEN 'silent' ELSE 'answered' END,
           upstreamsilence = CASE WHEN nodeid > 3000
                                  THEN interval '2.5 s' - CASE WHEN lose.late @> (nodeid - 3000)::int THEN make_interval(secs => lose.late_by_ms / 1000.0)
                                                               ELSE '0' END END
     WHERE nodeid > 2000;
    PERFORM set_config('pgautofailover_beat.looked_until', (_at - interval '0.1 s')::text, true);
    RETURN story.beat_and_tell();
END $$;
CREATE FUNCTION story.beat_and_tell() RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('story.began', pgautofailover.monitor_clock()::text, true);
    PERFORM pgautofailover.record_health('{}', '{}');
    PERFORM set_config('story.ended', pgautofailover.monitor_clock()::text, true);
    RETURN (SELECT string_agg(format('%s of %s', groups, goals), '; ' ORDER BY goals DESC)
              FROM (SELECT count(*) AS groups, goals
                      FROM (SELECT string_agg(goalstate, ' and ' ORDER BY nodeid) AS goals FROM pgautofailover.registered_node
                             WHERE formationid = 'lost' GROUP BY groupid) g GROUP BY goals) q)
           || CASE WHEN EXISTS (SELECT FROM pgautofailover.waiting_notification) THEN '; something is to be announced' ELSE '' END;
END $$;
BEGIN;
SELECT story.lose('[60,60]', 10);
ROLLBACK;
\echo '# and not before its time: the last is due after 0.4 s, for which the next beat is due, as told by the beginning of this one and not by its end'
BEGIN;
SELECT story.lose('[60,60]', 400);
SELECT began + next_in BETWEEN due_at AND due_at + (ended - began) / 2
  FROM (SELECT current_setting('story.began')::timestamptz AS began, current_setting('story.ended')::timestamptz AS ended,
               make_interval(secs => current_setting('pgautofailover_beat.next_ms')::numeric / 1000 + 0.001) AS next_in,
               (SELECT reporttime - upstreamsilence + interval '3 s' FROM pgautofailover.node_report WHERE nodeid = 3060) AS due_at) q;
ROLLBACK;
\echo '# What is to be announced lets those go first who were given goals,'
CREATE FUNCTION story.beat_later(seconds numeric, lost int4range = 'empty') RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('pgautofailover.test_clock', (pgautofailover.monitor_clock() + make_interval(secs => seconds))::text, true);
    UPDATE pgautofailover.node_report SET upstreamsilence = interval '4 s' WHERE nodeid > 3000 AND beat_later.lost @> (nodeid - 3000)::int;
    RETURN story.beat_and_tell() || '; next in ' || current_setting('pgautofailover_beat.next_ms') || ' ms';
END $$;
BEGIN;
SET LOCAL pgautofailover.test_clock = '2026-01-03 00:00:00+00';
SELECT story.lose('[11,60]', 2400);
SELECT story.beat_later(0.3);
SELECT story.beat_later(0.2);
ROLLBACK;
\echo '# but for no longer than a second'
BEGIN;
SET LOCAL pgautofailover.test_clock = '2026-01-03 00:00:00+00';
SELECT story.lose('[11,60]', 2400);
SELECT story.beat_later(0.4, '[11,20]');
SELECT story.beat_later(0.4, '[21,30]');
SELECT story.beat_later(0.3, '[31,40]');
ROLLBACK;
-- they are not for the transcripts that follow
DELETE FROM pgautofailover.node_report WHERE nodeid > 2000;
DELETE FROM pgautofailover.synchronous_set WHERE formationid = 'lost';
DELETE FROM pgautofailover.registered_node WHERE formationid = 'lost';
DELETE FROM pgautofailover.node_group WHERE formationid = 'lost';
DELETE FROM pgautofailover.formation WHERE formationid = 'lost';
