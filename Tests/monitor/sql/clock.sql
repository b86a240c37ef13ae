-- The monitor's time: nobody sets it, and what lies ahead at the start becomes now.
\pset format unaligned
\t on
SET client_min_messages = warning;
SELECT story.begin('n1', 'n2');
RESET pgautofailover.test_clock;
\echo '# the steady clock goes on, at the wall clock''s pace, and began with it'
SELECT pgautofailover.steady_clock() AS before, clock_timestamp() AS wall_before \gset
SELECT pg_sleep(0.2);
SELECT pgautofailover.steady_clock() - :'before' >= interval '0.2 s',
       abs(extract(epoch FROM (pgautofailover.steady_clock() - :'before') - (clock_timestamp() - :'wall_before'))) < 0.1;
SELECT pgautofailover.monitor_clock() - pgautofailover.steady_clock() < interval '1 s';
\echo '# an event carries the wall clock''s time'
SELECT abs(extract(epoch FROM pgautofailover.wall_clock_time(pgautofailover.steady_clock() - interval '1 h') + interval '1 h' - clock_timestamp())) < 1;
\echo '# under a test''s clock, the test''s'
SET pgautofailover.test_clock = '2026-01-01 00:00:20+00';
SELECT pgautofailover.wall_clock_time('2026-01-01 00:00:10+00') = '2026-01-01 00:00:10+00';

\echo '# the clock was set back an hour while the monitor was down: times lie ahead'
SELECT story.clock(story.now() + interval '1 h');
SELECT story.report('n1'), story.report('n2');
UPDATE pgautofailover.registered_node SET statechangetime = story.now() + nodeid * interval '1 s';
UPDATE pgautofailover.synchronous_set SET recordedtime = story.now() + interval '1.5 s'
 WHERE setid = (SELECT max(setid) FROM pgautofailover.synchronous_set);
SELECT story.clock(story.now() - interval '1 h');
CREATE VIEW story.times AS
    SELECT 'node ' || nodeid AS what, statechangetime AS at FROM pgautofailover.registered_node
    UNION ALL SELECT 'set', max(recordedtime) FROM pgautofailover.synchronous_set;
SELECT what, at > story.now() AS ahead FROM story.times ORDER BY at;
\echo '# the first heartbeat makes them now, in their order, and forgets the reports'
SET pgautofailover_beat.clock_is_settled = '';
SELECT pgautofailover.record_health('{}', '{}');
SELECT what, at > story.now() AS ahead, story.now() - at < interval '1 ms' AS is_now FROM story.times ORDER BY at;
SELECT count(*) FROM pgautofailover.node_report WHERE reporttime IS NOT NULL;
\echo '# once: what lies ahead later is not touched'
SELECT story.report('n1'), story.report('n2');
UPDATE pgautofailover.registered_node SET statechangetime = story.now() + interval '1 h' WHERE nodeid = 1;
SELECT pgautofailover.record_health('{}', '{}');
SELECT statechangetime > story.now() FROM pgautofailover.registered_node WHERE nodeid = 1;
