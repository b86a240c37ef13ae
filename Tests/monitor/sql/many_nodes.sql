-- Three and more nodes: joining, elections, settings, planned changes. psql prints what the monitor decided.
\t on
\pset format unaligned
SET client_min_messages = warning;
\set QUIET on

\echo '# A third node joins: the primary prepares for it, and number_sync_standbys becomes 1.'
SELECT story.begin('n1', 'n2');
SELECT story.create('n3');
SELECT story.pass(6);
SELECT story.tell();
SELECT story.state();
SELECT number_sync_standbys, pgautofailover.synchronous_standby_names() FROM pgautofailover.formation;
SELECT members, needed, is_confirmed FROM pgautofailover.synchronous_set ORDER BY setid;

\echo
\echo '# The primary is lost: both standbys stop receiving, and the first of them leads.'
SELECT story.silence('n1');
SELECT story.pass(8);
SELECT story.tell();
SELECT story.state();
\echo '# It comes back, and follows.'
SELECT story.heal('n1');
SELECT story.pass(6);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# The highest candidate priority leads, and fetches first what it lacks.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.set_node_candidate_priority('default', 'n3', 90);
SELECT story.pass(3);
SELECT story.tell();
UPDATE story.keeper SET lsn = '0/4000000' WHERE name IN ('n1', 'n2');
UPDATE story.keeper SET lsn = '0/3F00000' WHERE name = 'n3';
SELECT story.pass(1);
SELECT story.silence('n1');
SELECT story.pass(8);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# A second standby dies during the election, having told its position: the other one does not wait for it.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT story.silence('n1');
UPDATE story.keeper SET obeys = false WHERE name = 'n2';
SELECT story.pass(3.5);
SELECT story.tell();
SELECT story.silence('n3');
UPDATE story.keeper SET obeys = true WHERE name = 'n2';
SELECT story.pass(6);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# It dies before it has told its position: the election waits for it, says so, and goes on when it is back.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT story.silence('n1');
UPDATE story.keeper SET obeys = false WHERE name = 'n3';
SELECT story.pass(3.5);
SELECT story.silence('n3');
SELECT story.pass(6);
SELECT story.tell();
SELECT * FROM pgautofailover.election_wait();
UPDATE story.keeper SET is_alive = true, answer = 'answered', obeys = true WHERE name = 'n3';
SELECT story.pass(6);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# Or the old primary is back first: it goes on, since nobody else can be sure.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT story.silence('n1');
UPDATE story.keeper SET obeys = false WHERE name = 'n3';
SELECT story.pass(3.5);
SELECT story.silence('n3');
SELECT story.pass(6);
UPDATE story.keeper SET lsn = '0/5000000' WHERE name = 'n1';
UPDATE story.keeper SET is_alive = true, answer = 'answered' WHERE name = 'n1';
SELECT story.tell();
SELECT story.pass(10);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# The elected node dies before it is promoted: the other one takes over.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.perform_failover();
SELECT story.pass(0.5);
UPDATE story.keeper SET obeys = false WHERE name = 'n2';
SELECT story.pass(1);
SELECT story.tell();
SELECT story.silence('n2');
SELECT story.pass(8);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# A switchover to a named node.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.perform_promotion('default', 'n3');
SELECT story.pass(6);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# An asynchronous node and one of priority 0 never lead.'
SELECT story.begin('n1');
SELECT story.create('n2', quorum => false);
SELECT story.create('n3', priority => 0);
SELECT story.create('n4');
SELECT story.pass(12);
SELECT story.state();
SELECT pgautofailover.synchronous_standby_names();
SELECT story.silence('n1');
SELECT story.pass(8);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# One standby is lost: the others confirm. All are lost: with number_sync_standbys = 1 writes wait.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT story.silence('n2');
SELECT story.pass(6);
SELECT story.tell();
SELECT members, needed, is_confirmed FROM pgautofailover.synchronous_set ORDER BY setid;
SELECT story.silence('n3');
SELECT story.pass(8);
SELECT story.tell();
SELECT members, needed, is_confirmed FROM pgautofailover.synchronous_set ORDER BY setid;
SELECT story.heal('n3');
SELECT story.heal('n2');
SELECT story.pass(8);
SELECT story.tell();
SELECT members, needed, is_confirmed FROM pgautofailover.synchronous_set ORDER BY setid;

\echo
\echo '# With number_sync_standbys = 0 the primary goes on alone.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.set_formation_number_sync_standbys('default', 0);
SELECT story.pass(3);
SELECT story.silence('n2');
SELECT story.silence('n3');
SELECT story.pass(8);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# An operator has chosen number_sync_standbys = 0: it is kept when standbys leave and others join.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.set_formation_number_sync_standbys('default', 0);
SELECT story.pass(3);
SELECT pgautofailover.remove_node(3);
SELECT story.pass(5);
SELECT story.create('n4');
SELECT story.pass(6);
SELECT number_sync_standbys, stays_at_zero FROM pgautofailover.formation;
\echo '# One that was chosen is lowered while a standby is missing, and raised again when it is replaced.'
SELECT pgautofailover.set_formation_number_sync_standbys('default', 1);
SELECT story.pass(3);
SELECT pgautofailover.remove_node('n4.example');
SELECT story.pass(5);
SELECT number_sync_standbys FROM pgautofailover.formation;
SELECT story.create('n5');
SELECT story.pass(6);
SELECT number_sync_standbys, stays_at_zero FROM pgautofailover.formation;

\echo
\echo '# Both standbys are in maintenance at once, and come back.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.set_formation_number_sync_standbys('default', 0);
SELECT story.pass(3);
SELECT pgautofailover.start_maintenance(2);
SELECT story.pass(3);
SELECT pgautofailover.start_maintenance(3);
SELECT story.pass(3);
SELECT story.tell();
SELECT pgautofailover.stop_maintenance(2);
SELECT pgautofailover.stop_maintenance(3);
SELECT story.pass(6);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# Maintenance of the primary, with a failover and without.'
SELECT pgautofailover.start_maintenance(1);
SELECT story.pass(5);
SELECT story.tell();
SELECT story.state();
SELECT pgautofailover.stop_maintenance(1);
SELECT story.pass(5);
SELECT pgautofailover.start_maintenance(2, false);
SELECT story.pass(10);
SELECT story.tell();
SELECT story.state();
SELECT pgautofailover.stop_maintenance(2);
SELECT story.pass(5);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# The primary is dropped: those that are left elect another one.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.remove_node(1);
SELECT story.pass(5);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# A dead primary is dropped at once.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT story.silence('n1');
SELECT pgautofailover.remove_node(1, true);
SELECT story.pass(5);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# A standby is dropped.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.remove_node(3);
SELECT story.pass(5);
SELECT story.tell();
SELECT story.state();
SELECT number_sync_standbys, pgautofailover.synchronous_standby_names() FROM pgautofailover.formation;

\echo
\echo '# Two of three are lost for good: nothing is promoted until somebody decides that commits may be lost.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT story.silence('n1');
SELECT story.silence('n3');
SELECT story.pass(10);
SELECT story.tell();
SELECT * FROM pgautofailover.election_wait();
SELECT pgautofailover.what_may_be_lost();
SELECT pgautofailover.force_failover('default', 0, 'ann@example');
SELECT story.pass(40);
SELECT story.tell();
SELECT story.state();
SELECT description FROM pgautofailover.event WHERE description LIKE '%decided%';

\echo
\echo '# The promoted node and another come back in either order; a new primary stays.'
SELECT story.heal('n3');
SELECT story.heal('n1');
SELECT story.pass(8);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# The elected node cannot fetch what it lacks: one that lacks nothing takes its place.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.set_node_candidate_priority('default', 'n3', 90);
SELECT story.pass(3);
UPDATE story.keeper SET lsn = '0/4000000' WHERE name IN ('n1', 'n2');
UPDATE story.keeper SET lsn = '0/3F00000' WHERE name = 'n3';
SELECT story.pass(1);
SELECT story.silence('n1');
UPDATE story.keeper SET avoids = 'fast_forward' WHERE name = 'n3';
SELECT story.pass(16);
SELECT story.tell();
SELECT story.pass(4);
SELECT story.state();

\echo
\echo '# With number_sync_standbys = 1 the new primary takes writes only under the names of the old one''s standbys.'
SELECT story.begin('n1', 'n2', 'n3');
UPDATE story.keeper SET obeys = false WHERE name = 'n3';
SELECT pgautofailover.perform_failover();
SELECT story.pass(1.5);
SELECT story.state();
SELECT members, needed, is_confirmed FROM pgautofailover.synchronous_set ORDER BY setid;
SELECT pgautofailover.synchronous_standby_names();

\echo
\echo '# A standby that went a different way is seen, and repaired.'
SELECT story.begin('n1', 'n2', 'n3');
UPDATE story.keeper SET tli = 2, obeys = false WHERE name = 'n3';
SELECT story.pass(2);
SELECT story.tell();

\echo
\echo '# A delayed standby never leads.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT assigned_group_state FROM pgautofailover.node_active('default', 2, 0, 'secondary', true, 1, '0/3000000', '', NULL, 100, current_apply_delay => 3600000);
SELECT excluded FROM pgautofailover.election('default', 0, (SELECT array_agg(s) FROM pgautofailover.node_status('default', 0, story.now()) s)) WHERE nodeid = 2;

\echo
\echo '# Nobody is dropped whose position counts while nobody takes writes: the last one might lack commits.'
SELECT story.begin('n1', 'n2', 'n3');
UPDATE story.keeper SET lsn = '0/4000000' WHERE name IN ('n1', 'n2');
UPDATE story.keeper SET lsn = '0/3F00000' WHERE name = 'n3';
SELECT story.pass(1);
SELECT pgautofailover.remove_node(1);
\set VERBOSITY terse
SELECT pgautofailover.remove_node(2);
SELECT story.pass(5);
SELECT story.state();

\echo
\echo '# The elected node dies before it reports that it takes writes: it might have, and an operator decides.'
SELECT story.begin('n1', 'n2', 'n3');
UPDATE story.keeper SET avoids = 'wait_primary' WHERE name = 'n2';
SELECT story.silence('n1');
SELECT story.pass(5);
SELECT story.silence('n2');
SELECT story.pass(10);
SELECT story.tell();
SELECT * FROM pgautofailover.election_wait();
SELECT pgautofailover.force_failover('default', 0, 'ann@example') LIKE 'Every commit after%';
SELECT story.pass(40);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# A command refuses a transaction that does not see what its lock protects.'
BEGIN ISOLATION LEVEL REPEATABLE READ;
SELECT pgautofailover.remove_node(3);
ROLLBACK;
