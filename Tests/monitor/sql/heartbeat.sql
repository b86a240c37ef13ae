-- A report that repeats what is known: no group lock, no rule, below 64 bytes of WAL a call.
\pset format unaligned
\t on
SET client_min_messages = warning;
SELECT story.begin('n1', 'n2');
-- away from virtual time: the primary and its standby report as keepers do
SET pgautofailover.test_clock = '2026-01-01 00:00:20+00';
CREATE FUNCTION story.heartbeat() RETURNS text LANGUAGE sql AS $$
    SELECT assigned_group_state FROM pgautofailover.node_active('default', 1, 0, 'primary', true, 1, '0/3000000', 'quorum',
        pgautofailover.synchronous_standby_names('default', 0))
$$;
SELECT story.report('n1'), story.report('n2');
SELECT story.heartbeat();
CHECKPOINT;
-- the first change of a page after a checkpoint is not a call's doing
SELECT story.heartbeat();
\echo '# the goal comes back, and no advisory lock is held'
BEGIN;
SELECT story.heartbeat();
SELECT count(*) AS group_locks FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
COMMIT;
\echo '# any other report takes the lock'
BEGIN;
SELECT assigned_group_state FROM pgautofailover.node_active('default', 1, 0, 'primary', NULL, 1, '0/3000000', '');
SELECT count(*) AS group_locks FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
ROLLBACK;
\echo '# bytes of WAL a call, of 200: below 64?'
SELECT pg_current_wal_insert_lsn() AS before \gset
DO $$ BEGIN FOR i IN 1..200 LOOP PERFORM story.heartbeat(); COMMIT; END LOOP; END $$;
SELECT (pg_current_wal_insert_lsn() - :'before') / 200 < 64;
\echo '# nobody waits for the disk'
BEGIN;
SELECT story.heartbeat();
SHOW synchronous_commit;
COMMIT;
SHOW synchronous_commit;
\echo '# but a transaction that did more before keeps its promise'
BEGIN;
CREATE TABLE story.more (x int);
SELECT story.heartbeat();
SHOW synchronous_commit;
ROLLBACK;
\echo '# a report after a silence repeats what is known too, while the group is at rest and the probe was answered; it counts as a new beginning'
CREATE FUNCTION story.late_locks(seconds int) RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('pgautofailover.test_clock', (pgautofailover.monitor_clock() + make_interval(secs => seconds))::text, true);
    PERFORM story.heartbeat();
    RETURN (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid());
END $$;
BEGIN;
SELECT health FROM pgautofailover.node_report WHERE nodeid = 1;
SELECT story.late_locks(10) AS group_locks;
SELECT reporttime = reportingsince AS begins_anew FROM pgautofailover.node_report WHERE nodeid = 1;
ROLLBACK;
\echo '# not while the probe fails,'
BEGIN;
UPDATE pgautofailover.node_report SET health = 0 WHERE nodeid = 1;
SELECT story.late_locks(10) AS group_locks;
ROLLBACK;
\echo '# nor while another node is under way'
BEGIN;
UPDATE pgautofailover.registered_node SET goalstate = 'catchingup' WHERE nodeid = 2;
SELECT story.late_locks(10) AS group_locks;
ROLLBACK;
\echo '# A standby''s takes none either while its primary is silent, for then the heartbeat looks at the group'
CREATE FUNCTION story.standby_locks() RETURNS bigint LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pgautofailover.node_active('default', 2, 0, 'secondary', true, 1, '0/3000000', '');
    RETURN (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid());
END $$;
SELECT story.standby_locks() >= 0;
SELECT story.standby_locks() AS group_locks;
SET pgautofailover.test_clock = '2026-01-01 00:00:30+00';
SELECT story.standby_locks() AS group_locks, formationid, groupid FROM pgautofailover.restless_groups(pgautofailover.monitor_clock());
\echo '# Of forty groups that are not at rest a beat looks at sixteen, in turn, and locks only those;'
SELECT pgautofailover.create_formation('many', 'pgsql', 'postgres', false, 0) IS NOT NULL;
INSERT INTO pgautofailover.node_group (formationid, groupid) SELECT 'many', g FROM generate_series(1, 40) g;
INSERT INTO pgautofailover.registered_node (formationid, nodeid, groupid, nodename, nodehost, nodeport, goalstate, reportedstate, statechangetime)
SELECT 'many', 1000 + g, g, 'many' || g, 'host' || g, 5432, 'single', 'init', pgautofailover.monitor_clock() FROM generate_series(1, 40) g;
INSERT INTO pgautofailover.node_report (nodeid, health, answer) SELECT 1000 + g, 0, 'silent' FROM generate_series(1, 40) g;
CREATE TEMP TABLE looked_at (beat int, key bigint);
CREATE FUNCTION story.beat(beat int, ids bigint[], answers text[]) RETURNS void LANGUAGE sql AS $$
    SELECT pgautofailover.record_health(ids, answers);
    INSERT INTO looked_at SELECT beat.beat, (classid::bigint << 32) | objid::bigint FROM pg_locks
     WHERE locktype = 'advisory' AND pid = pg_backend_pid();
$$;
SELECT story.beat(1, '{}', '{}');
SELECT story.beat(2, '{}', '{}');
SELECT story.beat(3, '{}', '{}');
SELECT beat, count(*) FROM looked_at GROUP BY beat ORDER BY beat;
SELECT count(DISTINCT key) FROM looked_at;
\echo '# but what the probes saw is noted for all of them,'
SET pgautofailover.test_clock = '2026-01-01 00:00:31+00';
SELECT story.beat(4, (SELECT array_agg(1000 + g) FROM generate_series(1, 40) g), (SELECT array_agg('silent'::text) FROM generate_series(1, 40)));
SELECT count(*) FROM pgautofailover.node_report WHERE healthchecktime = '2026-01-01 00:00:31+00' AND nodeid > 1000;
\echo '# and all of which there is news come first, at once'
SELECT story.beat(5, (SELECT array_agg(1000 + g) FROM generate_series(1, 20) g), (SELECT array_agg('answered'::text) FROM generate_series(1, 20)));
SELECT count(*) FROM looked_at WHERE beat = 5;
SELECT count(*) FROM pgautofailover.node_report WHERE health = 1 AND nodeid > 1000;
-- they are not for the transcripts that follow
DELETE FROM pgautofailover.event WHERE nodeid > 1000;
DELETE FROM pgautofailover.registered_node WHERE nodeid > 1000;
DELETE FROM pgautofailover.node_group WHERE formationid = 'many';
DELETE FROM pgautofailover.formation WHERE formationid = 'many';
\echo '# What a standby reports that misses its primary lets the rules speak'
CREATE FUNCTION story.calls_of(name text) RETURNS bigint LANGUAGE sql
RETURN coalesce((SELECT calls FROM pg_stat_xact_user_functions WHERE funcname = name), 0);
CREATE FUNCTION story.missing(silence int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    _before bigint := story.calls_of('next_match');
BEGIN
    PERFORM pgautofailover.node_active('default', 2, 0, 'secondary', true, 1, '0/3000000', '', NULL, missing.silence);
    RETURN format('plans %s, group locks %s',
                  story.calls_of('next_match') - _before,
                  (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()));
END $$;
SELECT story.missing(100) \g /dev/null
SET track_functions = 'all';
BEGIN;
SELECT story.missing(1400);
SELECT story.missing(3100);
ROLLBACK;
RESET track_functions;
\echo '# Where no rule is about where the nodes stand, nobody asks what is true of the group'
CREATE FUNCTION story.look(done int) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    _before bigint := story.calls_of('wanted_synchronous_set');
BEGIN
    PERFORM pgautofailover.next_match('default', 0, pgautofailover.monitor_clock(), '{}', NULL, look.done);
    RETURN format('facts computed %s times', story.calls_of('wanted_synchronous_set') - _before);
END $$;
SET track_functions = 'all';
BEGIN;
SELECT story.look(0);
SELECT story.look(4002);
UPDATE pgautofailover.registered_node SET goalstate = 'draining' WHERE nodeid = 1;
UPDATE pgautofailover.registered_node SET goalstate = 'prepare_promotion' WHERE nodeid = 2;
SELECT story.look(0);
SELECT story.look(4002);
\echo '# nor where each rule requires what these places exclude: a primary goes on alone; until its standby streams'
UPDATE pgautofailover.registered_node SET reportedstate = 'wait_primary', goalstate = 'wait_primary' WHERE nodeid = 1;
UPDATE pgautofailover.registered_node SET reportedstate = 'secondary', goalstate = 'demoted' WHERE nodeid = 2;
SELECT story.look(0);
UPDATE pgautofailover.registered_node SET goalstate = 'secondary' WHERE nodeid = 2;
SELECT story.look(0);
ROLLBACK;
RESET track_functions;
\echo '# A standby that was chosen comes for its goal without a lock, once; when it comes again, the rules look'
CREATE FUNCTION story.fetch() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    _goal text;
BEGIN
    SELECT assigned_group_state INTO _goal FROM pgautofailover.node_active('default', 2, 0, 'secondary', true, 1, '0/3000000', '', NULL, 3100);
    RETURN format('goal %s, group locks %s', _goal,
                  (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()));
END $$;
BEGIN;
SET LOCAL pgautofailover.test_clock = '2026-01-01 00:00:31.5+00';
UPDATE pgautofailover.registered_node SET goalstate = 'draining', statechangetime = pgautofailover.monitor_clock() WHERE nodeid = 1;
UPDATE pgautofailover.registered_node SET goalstate = 'prepare_promotion', statechangetime = pgautofailover.monitor_clock() WHERE nodeid = 2;
SET LOCAL pgautofailover.test_clock = '2026-01-01 00:00:31.6+00';
SELECT story.fetch();
SET LOCAL pgautofailover.test_clock = '2026-01-01 00:00:31.7+00';
SELECT story.fetch();
ROLLBACK;
\echo '# When the last of those who hear a primary that does not answer will have been silent for too long, the next beat is due'
CREATE FUNCTION story.beat_at(seconds numeric, answer text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('pgautofailover.test_clock', (timestamptz '2026-01-01 00:00:00+00' + make_interval(secs => seconds))::text, true);
    PERFORM pgautofailover.record_health(ARRAY[1, 2], ARRAY[beat_at.answer, 'answered']);
    RETURN format('at %s: next in %s ms, goal of the primary %s', beat_at.seconds,
                  coalesce(nullif(current_setting('pgautofailover_beat.next_ms'), ''), '-'),
                  (SELECT goalstate FROM pgautofailover.registered_node WHERE nodeid = 1));
END $$;
BEGIN;
SET LOCAL pgautofailover.test_clock = '2026-01-01 00:00:31+00';
SELECT story.heartbeat();
SET LOCAL pgautofailover.test_clock = '2026-01-01 00:00:32+00';
SELECT count(*) FROM pgautofailover.node_active('default', 2, 0, 'secondary', true, 1, '0/3000000', '', NULL, 500);
SELECT story.beat_at(32.5, 'answered');
SELECT story.beat_at(33, 'silent');
SET LOCAL pgautofailover.test_clock = '2026-01-01 00:00:33.5+00';
SELECT count(*) FROM pgautofailover.node_active('default', 2, 0, 'secondary', true, 1, '0/3000000', '', NULL, 2000);
SELECT story.beat_at(34.45, 'silent');
SELECT story.beat_at(34.5, 'silent');
ROLLBACK;
\echo '# A server and its answer have the same place, however the arrays are counted and shaped'
BEGIN;
SELECT pgautofailover.record_health('[-5:-4]={1,2}', '{{silent},{answered}}');
SELECT nodeid, answer FROM pgautofailover.node_report WHERE nodeid IN (1, 2) ORDER BY nodeid;
ROLLBACK;
\echo '# When all fall silent at once it is the monitor that is cut off, though the standby was heard last: the primary is not lost'
BEGIN;
SET LOCAL pgautofailover.test_clock = '2026-01-01 00:00:31+00';
SELECT story.heartbeat();
SET LOCAL pgautofailover.test_clock = '2026-01-01 00:00:32+00';
SELECT count(*) FROM pgautofailover.node_active('default', 2, 0, 'secondary', true, 1, '0/3000000', '', NULL, 500);
SELECT story.beat_at(33, 'silent');
SELECT story.beat_at(34.5, 'silent');
SELECT story.beat_at(34.9, 'silent');
SELECT story.beat_at(36, 'silent');
ROLLBACK;
