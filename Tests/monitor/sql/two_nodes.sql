-- Two nodes: joining, losing either, coming back, planned changes. psql prints what the monitor decided.
\t on
\pset format unaligned
SET client_min_messages = warning;
\set QUIET on

\echo '# A first node, then a second one.'
SELECT story.begin();
SELECT story.create('n1');
SELECT story.pass(2);
SELECT story.create('n2');
SELECT story.pass(6);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# The primary falls silent while the standby is in the quorum: it is lost, and the standby takes over.'
SELECT story.silence('n1');
SELECT story.pass(2.5);
SELECT story.tell();
SELECT story.pass(5);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# It comes back, follows, and commits wait for it again.'
SELECT story.heal('n1');
UPDATE story.keeper SET tli = 2;
SELECT story.pass(8);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# A planned failover: the primary stops first.'
SELECT pgautofailover.perform_failover();
SELECT story.pass(8);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# The standby is lost: the primary goes on alone, and nobody is promoted when it is lost, too.'
SELECT story.begin('n1', 'n2');
SELECT story.silence('n2');
SELECT story.pass(6);
SELECT story.tell();
UPDATE story.keeper SET is_alive = true, answer = 'answered' WHERE name = 'n2';
SELECT story.silence('n1');
SELECT story.pass(8);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# Only the link between primary and standby is cut: the primary goes on alone.'
SELECT story.begin('n1', 'n2');
UPDATE story.keeper SET hears = false WHERE name = 'n2';
SELECT story.pass(6);
SELECT story.tell();
\echo '# It is healed.'
UPDATE story.keeper SET hears = true;
SELECT story.pass(4);
SELECT story.tell();

\echo
\echo '# Only the link between primary and monitor is cut: the standby still hears the primary. Nothing happens.'
SELECT story.begin('n1', 'n2');
UPDATE story.keeper SET is_alive = false, answer = 'silent' WHERE name = 'n1';
SELECT story.pass(60);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# The monitor itself was cut off for a minute: it believes nobody lost before all had the time to report.'
SELECT story.begin('n1', 'n2');
SELECT story.clock(story.now() + interval '60 seconds');
SELECT pgautofailover.record_health('{1,2}', '{silent,silent}');
SELECT story.report('n2');
SELECT pgautofailover.record_health('{1,2}', '{silent,answered}');
SELECT story.clock(story.now() + interval '1 second');
SELECT story.report('n2');
SELECT pgautofailover.record_health('{1,2}', '{silent,answered}');
SELECT story.tell();
SELECT story.pass(4);
SELECT story.tell();

\echo
\echo '# The monitor was away for a moment: reports are old, and an idle primary was last heard a while before. Nobody is suspected.'
SELECT story.begin('n1', 'n2');
SELECT assigned_group_state FROM pgautofailover.node_active('default', 2, 0, 'secondary', true, 1, '0/3000000', '', NULL, 1800);
SELECT story.clock(story.now() + interval '2 seconds');
SELECT story.report('n1');
SELECT pgautofailover.record_health('{1,2}', '{answered,answered}');
SELECT story.tell();

\echo
\echo '# The primary has just died: its last report is still fresh when the standby has heard nothing for the whole time. It is lost, not unheard.'
SELECT story.begin('n1', 'n2');
UPDATE story.keeper SET hears = false WHERE name = 'n2';
SELECT story.pass(0.5);
UPDATE story.keeper SET is_alive = false, answer = 'refused' WHERE name = 'n1';
SELECT story.pass(2.5);
SELECT story.tell();
SELECT story.pass(2);
SELECT story.tell();

\echo
\echo '# What a keeper says is wrong is an event, once.'
SELECT story.begin('n1', 'n2');
SELECT assigned_group_state FROM pgautofailover.node_active('default', 2, 0, 'secondary', true, 1, '0/3000000', '', NULL, 100, 'the disk is full');
SELECT assigned_group_state FROM pgautofailover.node_active('default', 2, 0, 'secondary', true, 1, '0/3000000', '', NULL, 100, 'the disk is full');
SELECT assigned_group_state FROM pgautofailover.node_active('default', 2, 0, 'secondary', true, 1, '0/3000000', '', NULL, 100);
SELECT description FROM pgautofailover.last_events('default', 0, 2);

\echo
\echo '# The keeper says that its server is down: known at once.'
SELECT story.begin('n1', 'n2');
UPDATE story.keeper SET running = false, answer = 'refused' WHERE name = 'n1';
UPDATE story.keeper SET hears = false WHERE name = 'n2';
SELECT story.pass(1);
SELECT story.tell();

\echo
\echo '# The keeper restarts its server in place: nobody is promoted, for a bounded time.'
SELECT story.begin('n1', 'n2');
UPDATE story.keeper SET running = NULL, answer = 'refused' WHERE name = 'n1';
UPDATE story.keeper SET hears = false WHERE name = 'n2';
SELECT story.pass(4);
SELECT story.tell();
SELECT story.pass(14);
SELECT story.tell();

\echo
\echo '# The server is stopped, not dead: its keeper still says that it runs, nobody else can reach it.'
SELECT story.begin('n1', 'n2');
UPDATE story.keeper SET answer = 'silent' WHERE name = 'n1';
UPDATE story.keeper SET hears = false WHERE name = 'n2';
SELECT story.pass(8);
SELECT story.tell();

\echo
\echo '# The candidate dies before it is promoted: the primary that gave way goes on.'
SELECT story.begin('n1', 'n2');
UPDATE story.keeper SET obeys = false WHERE name = 'n2';
SELECT pgautofailover.perform_failover();
SELECT story.pass(1);
SELECT story.tell();
SELECT story.silence('n2');
SELECT story.pass(6);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# An asynchronous standby takes over only after the fencing time.'
SELECT story.begin('n1');
SELECT story.create('n2', quorum => false);
SELECT story.pass(6);
SELECT story.tell();
SELECT story.silence('n1');
SELECT story.pass(20);
SELECT story.tell();
SELECT story.pass(20);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# Maintenance of the standby.'
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.start_maintenance(2);
SELECT story.pass(3);
SELECT story.tell();
SELECT pgautofailover.stop_maintenance(2);
SELECT story.pass(5);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# Maintenance of the primary.'
SELECT pgautofailover.start_maintenance(1);
SELECT story.pass(4);
SELECT story.tell();
UPDATE story.keeper SET tli = 2;
SELECT pgautofailover.stop_maintenance(1);
SELECT story.pass(5);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# The standby is dropped.'
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.remove_node(2);
SELECT story.pass(3);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# The primary is dropped: the standby stops receiving, then takes over.'
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.remove_node(1);
SELECT story.pass(3);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# The dead primary is dropped at once: the standby is what is left.'
SELECT story.begin('n1', 'n2');
SELECT story.silence('n1');
SELECT pgautofailover.remove_node('n1.example', 5432, true);
SELECT story.pass(3);
SELECT story.tell();
SELECT story.state();
