-- What would happen if …: events played on today's facts. Each prediction is compared with what then
-- really happens to the keepers of the story.
\t on
\pset format unaligned
SET client_min_messages = warning;
\set QUIET on

CREATE FUNCTION story.foretold(happening text, name text) RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(concat_ws(' ', w.node_name,
                                        CASE WHEN coalesce(r.node_goal, r.primary_goal, r.candidates_goal) IS NULL THEN 'nothing' ELSE w.becomes END,
                                        w.rule_pos) ORDER BY w.step), '{}')
      FROM pgautofailover.what_if('default', 0, foretold.happening, foretold.name) w JOIN pgautofailover.rule r ON r.pos = w.rule_pos
$$;
CREATE FUNCTION story.lived() RETURNS text[] LANGUAGE sql AS $$
    SELECT coalesce(array_agg(concat_ws(' ', e.nodename,
                                        CASE WHEN coalesce(r.node_goal, r.primary_goal, r.candidates_goal) IS NULL THEN 'nothing' ELSE e.goalstate END,
                                        e.rule_pos) ORDER BY e.eventid), '{}')
      FROM pgautofailover.event e JOIN pgautofailover.rule r ON r.pos = e.rule_pos, story.told t WHERE e.eventid > t.eventid
$$;
CREATE FUNCTION story.ways(told text[]) RETURNS text[] LANGUAGE sql AS $$
    SELECT array_agg(line ORDER BY split_part(line, ' ', 1), place) FROM unnest(told) WITH ORDINALITY AS t (line, place)
$$;
CREATE FUNCTION story.come_true(happening text, node text, seconds int = 12) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE
    _foretold text[] := story.foretold(happening, node);
    _lived text[];
    _node text := coalesce(node, (SELECT k.name FROM story.keeper k JOIN pgautofailover.node_group g ON g.primaryid = k.id));
BEGIN
    UPDATE story.told SET eventid = (SELECT max(eventid) FROM pgautofailover.event);
    CASE happening
        WHEN 'lost' THEN PERFORM story.silence(_node);
        WHEN 'monitor_cut' THEN UPDATE story.keeper SET is_alive = false, answer = 'silent' WHERE name = _node;
        WHEN 'switchover' THEN IF node IS NULL THEN PERFORM pgautofailover.perform_failover();
                               ELSE PERFORM pgautofailover.perform_promotion('default', node); END IF;
    END CASE;
    PERFORM story.pass(seconds);
    _lived := story.lived();
    RETURN NEXT format('%s %s: %s', happening, _node, array_to_string(_foretold, ', '));
    -- node by node: which of two is told first at one moment says nothing
    IF story.ways(_lived) IS NOT DISTINCT FROM story.ways(_foretold) THEN
        RETURN NEXT 'and so it happened';
    ELSE
        RETURN NEXT 'but what happened was: ' || array_to_string(_lived, ', ');
    END IF;
END $$;

\echo '# Two nodes: the primary is lost, the standby is lost, the monitor''s view is cut, a switchover.'
SELECT story.begin('n1', 'n2');
SELECT * FROM pgautofailover.failover_outlook();
SELECT step, node_name, was, becomes, rule_pos, because FROM pgautofailover.what_if();
SELECT story.come_true('lost', NULL);
SELECT * FROM pgautofailover.failover_outlook();
SELECT story.begin('n1', 'n2');
SELECT story.come_true('lost', 'n2');
SELECT * FROM pgautofailover.failover_outlook();
SELECT story.come_true('lost', 'n1');
SELECT story.begin('n1', 'n2');
SELECT story.come_true('monitor_cut', NULL);
SELECT story.begin('n1', 'n2');
SELECT story.foretold('monitor_cut', 'n2');
SELECT story.begin('n1', 'n2');
SELECT story.come_true('switchover', NULL);
SELECT story.come_true('switchover', 'n1');
\echo '# It is asked of the primary by its name.'
SELECT story.foretold('switchover', 'n1') = story.foretold('switchover', NULL);

\echo
\echo '# Three nodes: one may be lost, and then another may not.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT * FROM pgautofailover.failover_outlook();
SELECT story.come_true('lost', NULL);
SELECT * FROM pgautofailover.failover_outlook();
SELECT story.come_true('lost', NULL);
SELECT story.begin('n1', 'n2', 'n3');
SELECT story.come_true('lost', 'n3');
SELECT * FROM pgautofailover.failover_outlook();
SELECT story.come_true('lost', 'n2');
SELECT story.begin('n1', 'n2', 'n3');
SELECT story.come_true('monitor_cut', NULL);
SELECT story.begin('n1', 'n2', 'n3');
SELECT story.come_true('switchover', 'n3');

\echo
\echo '# The highest priority lags: it fetches first.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.set_node_candidate_priority('default', 'n3', 90);
SELECT story.pass(3);
UPDATE story.keeper SET lsn = '0/4000000' WHERE name IN ('n1', 'n2');
UPDATE story.keeper SET lsn = '0/3F00000' WHERE name = 'n3';
SELECT story.pass(1);
SELECT story.come_true('lost', NULL);

\echo
\echo '# Nobody may lead.'
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.set_node_candidate_priority('default', 'n2', 0);
SELECT story.pass(3);
SELECT * FROM pgautofailover.failover_outlook();
SELECT story.come_true('lost', NULL);

\echo
\echo '# Of three, one may not lead, and the other one is in maintenance.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.set_node_candidate_priority('default', 'n2', 0);
SELECT story.pass(3);
SELECT pgautofailover.start_maintenance(3);
SELECT story.pass(3);
SELECT * FROM pgautofailover.failover_outlook();

\echo
\echo '# An asynchronous standby leads after the fencing time, and something may be lost.'
SELECT story.begin('n1');
SELECT story.create('n2', quorum => false);
SELECT story.pass(6);
UPDATE story.keeper SET lsn = '0/3000400' WHERE name = 'n1';
SELECT story.pass(1);
SELECT * FROM pgautofailover.failover_outlook();
SELECT story.come_true('lost', NULL, 45);

\echo
\echo '# The standby''s link is cut before: the primary goes on alone, and nobody follows it.'
SELECT story.begin('n1', 'n2');
UPDATE story.keeper SET hears = false WHERE name = 'n2';
SELECT story.pass(6);
SELECT * FROM pgautofailover.failover_outlook();
SELECT step, node_name, was, becomes, rule_pos, because FROM pgautofailover.what_if();
SELECT story.come_true('lost', NULL);

\echo
\echo '# The standby''s server is down before.'
SELECT story.begin('n1', 'n2', 'n3');
UPDATE story.keeper SET running = false, answer = 'refused' WHERE name = 'n2';
SELECT story.pass(6);
SELECT * FROM pgautofailover.failover_outlook();
SELECT story.come_true('lost', NULL);

\echo
\echo '# A single node; a node in maintenance.'
SELECT story.begin('n1');
SELECT * FROM pgautofailover.failover_outlook();
SELECT story.come_true('lost', NULL);
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.start_maintenance(3);
SELECT story.pass(3);
SELECT * FROM pgautofailover.failover_outlook();
SELECT story.come_true('lost', NULL);

\echo
\echo '# In the middle of a failover it is played to its end.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.perform_failover();
SELECT story.pass(1);
SELECT story.state();
SELECT story.come_true('lost', 'n3');
SELECT story.begin('n1', 'n2', 'n3');
SELECT story.silence('n1');
SELECT story.pass(3.5);
SELECT story.state();
SELECT story.come_true('lost', 'n2');
SELECT * FROM pgautofailover.failover_outlook();

\echo
\echo '# What cannot be played says why.'
\set VERBOSITY terse
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.what_if(happening => 'flood');
SELECT pgautofailover.what_if(happening => NULL);
SELECT pgautofailover.what_if('nowhere');
SELECT pgautofailover.what_if(node_name => 'nobody');
SELECT count(*) FROM pgautofailover.failover_outlook('nowhere');
UPDATE story.keeper SET running = false WHERE name = 'n2';
SELECT story.pass(1);
SELECT pgautofailover.what_if(happening => 'switchover');
UPDATE pgautofailover.node_group SET primaryid = NULL;
SELECT pgautofailover.what_if();
SELECT pgautofailover.what_if(happening => 'switchover', node_name => 'nobody');
\set VERBOSITY default

\echo
\echo '# It leaves no trace: no row of any table, no lock, no time, no notification.'
SELECT story.begin('n1', 'n2', 'n3');
CREATE FUNCTION story.everything() RETURNS text LANGUAGE sql AS $$
    SELECT md5(string_agg(line, E'\n' ORDER BY line)) FROM (
        SELECT 'formation' || t::text AS line FROM pgautofailover.formation t
        UNION ALL SELECT 'node_group' || t FROM pgautofailover.node_group t
        UNION ALL SELECT 'registered_node' || t FROM pgautofailover.registered_node t
        UNION ALL SELECT 'node_report' || t FROM pgautofailover.node_report t
        UNION ALL SELECT 'synchronous_set' || t FROM pgautofailover.synchronous_set t
        UNION ALL SELECT 'event' || t FROM pgautofailover.event t
        UNION ALL SELECT 'rule' || t FROM pgautofailover.rule t
        UNION ALL SELECT 'fact' || t FROM pgautofailover.fact t
        UNION ALL SELECT 'node_state' || t FROM pgautofailover.node_state t) all_of
$$;
SELECT story.everything() AS before \gset
LISTEN state;
LISTEN log;
SELECT count(*) FROM pgautofailover.what_if();
SELECT count(*) FROM pgautofailover.what_if(happening => 'monitor_cut');
SELECT count(*) FROM pgautofailover.what_if(happening => 'switchover');
SELECT count(*) FROM pgautofailover.failover_outlook();
SELECT story.everything() = :'before';
UNLISTEN *;
BEGIN;
SELECT count(*) > 0 FROM pgautofailover.failover_outlook();
SELECT count(*) AS group_locks FROM pg_locks WHERE locktype = 'advisory';
SELECT pgautofailover.monitor_clock() = story.now();
SHOW synchronous_commit;
COMMIT;
\echo '# The same when keepers call it, on a real clock, in whatever way they write times.'
SELECT set_config('pgautofailover.test_clock', '', false) = '';
SET ROLE autoctl_node;
SET timezone = 'Asia/Kathmandu';
SET datestyle = 'German';
SELECT count(*) FROM pgautofailover.what_if('default', 0, 'lost', 'n1');
SELECT count(*) FROM pgautofailover.failover_outlook();
RESET ALL;
SHOW pgautofailover.test_clock;
RESET ROLE;
SELECT story.everything() = :'before';
