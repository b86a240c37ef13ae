-- Bad days: late reports, second failures, nodes left alone. Each was once a fault.
\t on
\pset format unaligned
SET client_min_messages = warning;
\set QUIET on

\echo '# A report that was held up on its way is not taken for a new one.'
SELECT story.begin('n1', 'n2');
SELECT assigned_group_state FROM pgautofailover.node_active('default', 1, 0, 'primary', true, 1, '0/3000000', 'quorum', 'ANY 1 (pgautofailover_standby_2)', current_report_number => 10);
SELECT assigned_group_state FROM pgautofailover.node_active('default', 1, 0, 'draining', false, 1, '0/3000000', '', current_report_number => 9);
SELECT story.state();
SELECT assigned_group_state FROM pgautofailover.node_active('default', 1, 0, 'primary', NULL, 1, '0/3000000', '', current_report_number => 11);
SELECT reportedpgisrunning IS NULL FROM pgautofailover.node WHERE nodeid = 1;

\echo
\echo '# Names that nobody assigned are in force on the primary: it may have acknowledged alone, and nobody is promoted.'
SELECT story.begin('n1', 'n2');
SELECT assigned_group_state FROM pgautofailover.node_active('default', 1, 0, 'primary', true, 1, '0/4000000', 'async', '?', NULL, 'names were changed');
SELECT members, needed, is_confirmed FROM pgautofailover.synchronous_set ORDER BY setid;
SELECT story.silence('n1');
SELECT story.pass(8);
SELECT story.tell();
\echo '# The right ones are confirmed again: the doubt is over.'
SELECT story.begin('n1', 'n2');
SELECT assigned_group_state FROM pgautofailover.node_active('default', 1, 0, 'primary', true, 1, '0/4000000', 'async', '?');
SELECT story.report('n1');
SELECT members, needed, is_confirmed FROM pgautofailover.synchronous_set ORDER BY setid;

\echo
\echo '# The primary gives way, and the candidate''s server dies before its promotion: it is not made primary.'
SELECT story.begin('n1', 'n2');
UPDATE story.keeper SET obeys = false WHERE name = 'n2';
SELECT pgautofailover.perform_failover();
SELECT story.pass(1.5);
SELECT story.tell();
SELECT assigned_group_state FROM pgautofailover.node_active('default', 2, 0, 'prepare_promotion', false, 1, '0/3000000', '');
UPDATE story.keeper SET running = false, state = 'prepare_promotion' WHERE name = 'n2';
SELECT story.pass(4);
SELECT story.tell();

\echo
\echo '# The candidate''s keeper dies, its server lives: the primary that gave way does not wait for ever.'
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.perform_failover();
UPDATE story.keeper SET is_alive = false WHERE name = 'n2';
SELECT story.pass(40);
SELECT story.tell();

\echo
\echo '# The standby''s keeper is dead and its connection, too, while its server answers: writes do not hang.'
SELECT story.begin('n1', 'n2');
UPDATE story.keeper SET is_alive = false, hears = false WHERE name = 'n2';
SELECT story.pass(8);
SELECT story.tell();

\echo
\echo '# An asynchronous primary whose keeper died long before it: nobody can say that it has stopped.'
SELECT story.begin('n1');
SELECT story.create('n2', quorum => false);
SELECT story.pass(6);
UPDATE story.keeper SET is_alive = false WHERE name = 'n1';
SELECT story.pass(20);
SELECT story.tell();
SELECT story.silence('n1');
SELECT story.pass(60);
SELECT story.tell();

\echo
\echo '# Nodes that are left alone take writes again, wherever they stood.'
\echo '# - a former primary, the promoted one having been removed'
SELECT story.begin('n1', 'n2');
SELECT story.silence('n1');
SELECT story.pass(8);
SELECT story.silence('n2');
UPDATE story.keeper SET is_alive = true, answer = 'answered' WHERE name = 'n1';
SELECT story.pass(8);
SELECT pgautofailover.remove_node(2, true);
SELECT story.pass(3);
SELECT story.state();
\echo '# - a primary on its way into maintenance'
SELECT story.begin('n1', 'n2');
UPDATE story.keeper SET obeys = false WHERE name = 'n2';
SELECT pgautofailover.start_maintenance(1);
SELECT story.pass(1);
SELECT story.silence('n2');
SELECT pgautofailover.remove_node(2, true);
SELECT story.pass(3);
SELECT story.state();
\echo '# - a standby that waits for its maintenance'
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.start_maintenance(2);
SELECT story.silence('n1');
SELECT story.pass(3);
SELECT pgautofailover.remove_node(1, true);
SELECT story.pass(3);
SELECT story.state();
\echo '# - a standby on its way out of maintenance'
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.start_maintenance(2);
SELECT story.pass(3);
SELECT story.silence('n1');
UPDATE story.keeper SET obeys = false WHERE name = 'n2';
SELECT pgautofailover.stop_maintenance(2);
SELECT pgautofailover.remove_node(1, true);
UPDATE story.keeper SET obeys = true WHERE name = 'n2';
SELECT story.pass(3);
SELECT story.state();

\echo
\echo '# A lone writer was dropped and does not hear it: no other one is made beside it.'
SELECT story.begin('n1');
SELECT pgautofailover.remove_node(1);
SELECT story.create('n3');
SELECT story.state();

\echo
\echo '# The only standby has priority 0: that, and no missing position, is why nobody takes over; and it can be changed.'
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.set_node_candidate_priority('default', 'n2', 0);
SELECT story.pass(2);
SELECT story.silence('n1');
SELECT story.tell();
SELECT story.pass(10);
SELECT story.tell();
SELECT * FROM pgautofailover.election_wait();
SELECT pgautofailover.set_node_candidate_priority('default', 'n2', 50);
SELECT story.pass(3);
SELECT story.state();
\echo '# - beside one that does not take part in the quorum'
SELECT story.begin('n1', 'n2');
SELECT story.create('n3', quorum => false);
SELECT story.pass(6);
SELECT pgautofailover.set_node_candidate_priority('default', 'n2', 0);
SELECT story.pass(2);
SELECT story.silence('n1');
SELECT story.tell();
SELECT story.pass(10);
SELECT story.tell();
SELECT * FROM pgautofailover.election_wait();

\echo
\echo '# The last node that lives is not dropped, even before the others are known to be lost: what it has would be gone.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT story.silence('n1');
SELECT story.silence('n3');
SELECT story.pass(3);
\set VERBOSITY terse
SELECT pgautofailover.remove_node(2);
SELECT story.state();
\echo '# - nor the one that confirmed commits, beside one that did not'
SELECT story.begin('n1', 'n2');
SELECT story.create('n3', quorum => false);
SELECT story.pass(6);
SELECT story.silence('n1');
SELECT story.pass(3);
SELECT pgautofailover.remove_node(2);
\echo '# - while the asynchronous one may go'
SELECT pgautofailover.remove_node(3);
\echo '# - and with force anybody may'
SELECT pgautofailover.remove_node(2, true);
\set VERBOSITY default

\echo
\echo '# The monitor was away while a server was being restarted in place: its time counts anew.'
SELECT story.begin('n1', 'n2');
UPDATE story.keeper SET running = NULL, answer = 'refused' WHERE name = 'n1';
UPDATE story.keeper SET hears = false WHERE name = 'n2';
SELECT story.pass(2);
SELECT story.clock(story.now() + interval '60 seconds');
SELECT story.pass(2);
SELECT story.tell();

\echo
\echo '# A system identifier of 0 means unknown, and tells nothing.'
SELECT story.begin('n1');
SELECT * FROM pgautofailover.set_node_system_identifier(1, 0);
SELECT * FROM pgautofailover.set_node_system_identifier(1, 7000);

\echo '# While a new primary is chosen, the last node that may lead keeps its priority.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.set_node_candidate_priority('default', 'n2', 0);
SELECT story.pass(3);
SELECT story.silence('n2');
SELECT pgautofailover.remove_node(1::bigint);
SELECT pgautofailover.set_node_candidate_priority('default', 'n3', 0);
SELECT story.heal('n2');
SELECT story.pass(5);
SELECT story.state();
\echo

\echo
\echo '# A standby still walks to report_lsn, as it was told before the primary went on, when it is made secondary again: it comes back.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT assigned_group_state FROM pgautofailover.node_active('default', 3, 0, 'report_lsn', true, 1, '0/3000000', '');
UPDATE story.keeper SET state = 'report_lsn' WHERE name = 'n3';
SELECT story.pass(5);
SELECT story.tell();

\echo
\echo '# Who was told to follow the new primary may receive by now: its position counts again when it has been told anew to stop, and says so.'
SELECT story.begin('n1', 'n2', 'n3', 'n4');
UPDATE story.keeper SET avoids = 'join_secondary' WHERE name = 'n3';
SELECT story.silence('n1');
SELECT story.pass(12);
SELECT nodename, reportedstate, goalstate, detachedlsn FROM pgautofailover.registered_node WHERE nodename = 'n3';
SELECT story.silence('n2');
SELECT story.silence('n4');
SELECT story.pass(6);
SELECT nodename, reportedstate, goalstate, detachedlsn FROM pgautofailover.registered_node WHERE nodename = 'n3';
UPDATE story.keeper SET is_alive = true, answer = 'answered' WHERE name = 'n4';
SELECT story.pass(5);
SELECT story.tell();

\echo
\echo '# Nodes that still wait to become standbys have no data: when the last one that had any is given up, the next one begins the group anew.'
SELECT story.begin('n1');
SELECT story.silence('n1');
SELECT assigned_group_state FROM pgautofailover.register_node('default', 'n2.example', 5432, 'app', 'n2');
\set VERBOSITY terse
\echo '# - not before'
SELECT assigned_group_state FROM pgautofailover.register_node('default', 'n3.example', 5432, 'app', 'n3');
SELECT pgautofailover.remove_node('n1.example', 5432, true);
SELECT assigned_group_state FROM pgautofailover.register_node('default', 'n4.example', 5432, 'app', 'n4', 7001);
\echo '# - and only one does'
SELECT assigned_group_state FROM pgautofailover.register_node('default', 'n5.example', 5432, 'app', 'n5');
\set VERBOSITY default

\echo
\echo '# A standby that was taken out of the quorum confirms until the primary has put no names in force: only then may commits be lost with the primary.'
CREATE FUNCTION story.noted(state text, names text, lsn pg_lsn) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pgautofailover.node_active('default', 1, 0, state, true, 1, lsn, 'async', names);
    RETURN format('%s, names %s: goal %s, asynchronous from %s', state, coalesce('''' || names || '''', 'not told'), n.goalstate, coalesce(g.asynchronouslsn::text, 'nowhere'))
      FROM pgautofailover.registered_node n JOIN pgautofailover.node_group g USING (formationid, groupid) WHERE n.nodeid = 1;
END $$;
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.set_node_replication_quorum('default', 'n2', false);
SELECT story.noted('primary', 'ANY 1 (pgautofailover_standby_2)', '0/4000000');
SELECT story.noted('apply_settings', 'ANY 1 (pgautofailover_standby_2)', '0/5000000');
SELECT story.noted('apply_settings', '?', '0/6000000');
SELECT story.noted('wait_primary', '', '0/7000000');
SELECT story.noted('wait_primary', '', '0/8000000');
\echo '# - a primary that does not tell its names has done so when it has reached its goal'
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.set_node_replication_quorum('default', 'n2', false);
SELECT story.noted('primary', NULL, '0/4000000');
SELECT story.noted('apply_settings', NULL, '0/5000000');
SELECT story.noted('wait_primary', NULL, '0/6000000');
DROP FUNCTION story.noted;
