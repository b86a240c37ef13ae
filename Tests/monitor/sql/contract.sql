-- The SQL contract: names, arguments, columns and error codes that programs rely on.
\pset format unaligned
\set VERBOSITY sqlstate
SET client_min_messages = warning;

CREATE TEMP VIEW contract AS
SELECT p.* FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace
   AND p.proname IN ('create_formation', 'drop_formation', 'set_formation_number_sync_standbys', 'set_node_system_identifier',
                     'set_group_system_identifier', 'update_node_metadata', 'register_node', 'node_active', 'get_nodes',
                     'get_primary', 'get_other_nodes', 'get_coordinator', 'get_most_advanced_standby', 'remove_node',
                     'perform_failover', 'perform_promotion', 'start_maintenance', 'stop_maintenance', 'last_events',
                     'current_state', 'formation_uri', 'enable_secondary', 'disable_secondary', 'update_secondary_check',
                     'set_node_candidate_priority', 'set_node_replication_quorum', 'synchronous_standby_names', 'formation_settings');
\echo '# the functions of the contract: arguments, result, D for SECURITY DEFINER'
SELECT p.proname || '(' || pg_get_function_arguments(p.oid) || ')' AS function,
       pg_get_function_result(p.oid) AS result, CASE WHEN p.prosecdef THEN 'D' ELSE '' END AS d
  FROM contract p
 ORDER BY p.proname COLLATE "C", p.pronargs, p.oid::regprocedure::text COLLATE "C";
\echo '# those of the contract that autoctl_node may not call: none but the trigger function'
SELECT p.oid::regprocedure AS function FROM contract p
 WHERE NOT has_function_privilege('autoctl_node', p.oid, 'EXECUTE');
\echo '# the tables that programs read'
SELECT c.relname, string_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attname COLLATE "C") AS columns
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.oid IN ('pgautofailover.formation'::regclass, 'pgautofailover.node'::regclass, 'pgautofailover.event'::regclass)
   AND a.attnum > 0 AND NOT a.attisdropped AND has_table_privilege('autoctl_node', c.oid, 'SELECT')
 GROUP BY c.relname ORDER BY c.relname;

SELECT story.begin();

\echo '# a formation that cannot be: of another kind, twice, without a name, with impossible confirmations'
SELECT pgautofailover.create_formation('other', 'citus', 'shop', true, 0);
SELECT pgautofailover.create_formation('other', '', 'shop', true, 0);
SELECT pgautofailover.create_formation('other', 'unknown', 'shop', true, 0);
SELECT pgautofailover.create_formation('default', 'pgsql', 'shop', true, 0);
SELECT pgautofailover.create_formation('', 'pgsql', 'shop', true, 0);
SELECT pgautofailover.create_formation(repeat('x', 256), 'pgsql', 'shop', true, 0);
SELECT pgautofailover.create_formation('other', 'pgsql', '', true, 0);
SELECT pgautofailover.create_formation('other', 'pgsql', 'shop', true, -1);
SELECT pgautofailover.create_formation('other', 'pgsql', 'shop', false, 1);
SELECT * FROM pgautofailover.create_formation('other', NULL, 'shop', true, 0);
\echo '# the same in words'
\set VERBOSITY terse
SELECT pgautofailover.create_formation('other', 'citus', 'shop', true, 0);
SELECT pgautofailover.create_formation('other', 'pgsql', 'shop', true, -1);
SELECT pgautofailover.create_formation('other', 'pgsql', 'shop', false, 1);
SELECT pgautofailover.create_formation('default', 'pgsql', 'shop', true, 0);
\set VERBOSITY sqlstate
\echo '# a formation that can'
SELECT * FROM pgautofailover.create_formation('other', 'pgsql', 'shop', true, 1);
SELECT pgautofailover.create_formation('other', 'pgsql', 'shop', true, 1);
SELECT * FROM pgautofailover.formation_settings('other');
SELECT * FROM pgautofailover.get_coordinator('other');
\echo '# without standbys nobody confirms; what is not there is answered with f'
SELECT pgautofailover.disable_secondary('other');
SELECT opt_secondary, number_sync_standbys FROM pgautofailover.formation WHERE formationid = 'other';
SELECT pgautofailover.enable_secondary('other');
SELECT pgautofailover.disable_secondary('nowhere'), pgautofailover.enable_secondary('nowhere');
UPDATE pgautofailover.formation SET opt_secondary = false, number_sync_standbys = 1 WHERE formationid = 'other';
\echo '# dropped, and gone; not while it has nodes'
SELECT pgautofailover.drop_formation('other');
SELECT pgautofailover.drop_formation('other');
\echo '# the one that the extension makes, too'
SELECT pgautofailover.drop_formation('default');
SELECT * FROM pgautofailover.create_formation('default', 'pgsql', 'postgres', true, 0);
SELECT pgautofailover.create_formation('default', 'pgsql', 'postgres', true, 0);

\echo '# registration refuses'
SELECT pgautofailover.register_node('nowhere', 'h', 5432, 'app');
SELECT pgautofailover.register_node('default', 'h', 5432, 'app', node_kind => 'coordinator');
SELECT pgautofailover.register_node('default', 'h', 5432, 'app', node_kind => 'perhaps');
SELECT pgautofailover.register_node('default', 'h', 5432, 'app', desired_group_id => 1);
SELECT pgautofailover.register_node('default', 'h', 0, 'app');
SELECT pgautofailover.register_node('default', 'h', 5432, 'app', candidate_priority => 101);
SELECT pgautofailover.register_node('default', 'h', 5432, 'app', candidate_priority => 0);
SELECT pgautofailover.register_node('default', 'h', 5432, 'app', initial_group_role => 'primary');
\echo '# registration grants'
SELECT * FROM pgautofailover.register_node('default', 'a.example', 5432, 'app', 'a', 42);
SELECT dbname FROM pgautofailover.formation;
SELECT * FROM pgautofailover.register_node('default', 'b.example', 5432, 'app', sysidentifier => 42);
\echo '# and refuses what is taken, another database, another cluster'
SELECT pgautofailover.register_node('default', 'a.example', 5432, 'app');
SELECT pgautofailover.register_node('default', 'c.example', 5432, 'app', 'a');
SELECT pgautofailover.register_node('default', 'c.example', 5432, 'app', desired_node_id => 1);
SELECT pgautofailover.remove_node('b.example', 5432, true);
SELECT pgautofailover.register_node('default', 'b.example', 5432, 'other');
SELECT pgautofailover.register_node('default', 'b.example', 5432, 'app', 'b', 43);
SELECT * FROM pgautofailover.register_node('default', 'b.example', 5432, 'app', 'b', 42, 7);

\echo '# a registration whose answer was lost is asked for again: it is the same node'
SELECT * FROM pgautofailover.register_node('default', 'b.example', 5432, 'app', 'b', 42);
SELECT assigned_node_id FROM pgautofailover.register_node('default', 'b.example', 5432, 'app', sysidentifier => 42, desired_node_id => 7);
SELECT count(*) FROM pgautofailover.node;
\echo '# in other words, from elsewhere, or once the node has reported, it is another one'
SELECT pgautofailover.register_node('default', 'b.example', 5432, 'app', 'c', 42);
SELECT pgautofailover.register_node('default', 'b.example', 5432, 'app', 'b');
SELECT pgautofailover.register_node('default', 'b.example', 5432, 'app', 'b', 42, 8);
SELECT pgautofailover.register_node('default', 'b.example', 5432, 'other', 'b', 42);
BEGIN;
UPDATE pgautofailover.registered_node SET registeredfrom = '192.0.2.1' WHERE nodeid = 7;
SELECT pgautofailover.register_node('default', 'b.example', 5432, 'app', 'b', 42);
ROLLBACK;
BEGIN;
SELECT assigned_group_state FROM pgautofailover.node_active('default', 7, 0, 'init');
SELECT pgautofailover.register_node('default', 'b.example', 5432, 'app', 'b', 42);
ROLLBACK;
BEGIN;
SELECT pgautofailover.remove_node(7);
SELECT pgautofailover.register_node('default', 'b.example', 5432, 'app', 'b', 42);
ROLLBACK;

SELECT pgautofailover.drop_formation('default');

\echo '# reports'
SELECT * FROM pgautofailover.node_active('default', 1, 0, 'single');
SELECT * FROM pgautofailover.node_active('default', 99, 0, 'single');
SELECT * FROM pgautofailover.node_active('elsewhere', 1, 0, 'single');
SELECT * FROM pgautofailover.node_active('default', 1, 0, 'asleep');
SELECT * FROM pgautofailover.node_active('default', 1, 0, 'single', current_rep_state => 'perhaps');

\echo '# readers'
SELECT node_id, node_name, node_host, node_port, node_is_primary FROM pgautofailover.get_nodes() ORDER BY node_id;
SELECT count(*) FROM pgautofailover.get_nodes('elsewhere');
SELECT pgautofailover.get_nodes(NULL);
SELECT node_name FROM pgautofailover.get_other_nodes(1);
SELECT node_name FROM pgautofailover.get_other_nodes(1, 'secondary');
SELECT pgautofailover.get_other_nodes(99);
SELECT * FROM pgautofailover.get_primary();
SELECT pgautofailover.get_primary('elsewhere');
SELECT * FROM pgautofailover.current_state();
SELECT nodename FROM pgautofailover.current_state('default', 0);
SELECT reportedstate, goalstate FROM pgautofailover.last_events('default', count => 2);
SELECT count(*) FROM pgautofailover.last_events('default', 0, 3);
SELECT count(*) FROM pgautofailover.last_events(count => 1);
SELECT pgautofailover.last_events();
SELECT pgautofailover.formation_uri();
SELECT pgautofailover.formation_uri('default', 'default', 'verify-full', '/ca.crt', '/crl');
SELECT pgautofailover.formation_uri('elsewhere') IS NULL;
SELECT pgautofailover.synchronous_standby_names() = '';
SELECT pgautofailover.synchronous_standby_names('elsewhere');
SELECT * FROM pgautofailover.formation_settings();
SELECT count(*) FROM pgautofailover.formation_settings('elsewhere');
SELECT count(*) FROM pgautofailover.get_coordinator();
SELECT count(*) FROM pgautofailover.get_most_advanced_standby();
SELECT * FROM pgautofailover.set_node_system_identifier(1, 42);
SELECT * FROM pgautofailover.set_node_system_identifier(99, 42);
SELECT pgautofailover.set_node_system_identifier(1, 43);
SELECT count(*) FROM pgautofailover.set_group_system_identifier(0, 42);

\echo '# commands'
SELECT pgautofailover.perform_failover('elsewhere');
SELECT pgautofailover.perform_failover();
SELECT pgautofailover.perform_promotion('default', 'nobody');
SELECT pgautofailover.perform_promotion('default', 'b');
SELECT pgautofailover.start_maintenance(99), pgautofailover.stop_maintenance(99);
SELECT pgautofailover.start_maintenance(1);
SELECT pgautofailover.stop_maintenance(1);
SELECT pgautofailover.update_node_metadata(NULL, 'x', NULL, NULL);
SELECT pgautofailover.update_node_metadata(99, 'x', NULL, NULL);
SELECT pgautofailover.update_node_metadata(1, 'b', NULL, NULL);
SELECT pgautofailover.update_node_metadata(1, NULL, 'b.example', NULL);
SELECT pgautofailover.update_node_metadata(1, 'renamed', NULL, NULL);
SELECT nodename, nodehost, nodeport FROM pgautofailover.node WHERE nodeid = 1;
SELECT pgautofailover.remove_node(99);
SELECT pgautofailover.remove_node('nowhere');
SELECT nodeid, groupid, pgautofailover.remove_node(nodeid::int, 'f') FROM pgautofailover.node WHERE formationid = 'default' AND nodename = 'b';

\echo '# a single node: settings need a primary, and a formation that allows no second one says so'
SELECT story.begin('n1');
SELECT * FROM pgautofailover.get_coordinator();
SELECT pgautofailover.set_formation_number_sync_standbys('default', 0);
SELECT pgautofailover.disable_secondary('default');
SELECT pgautofailover.register_node('default', 'c.example', 5432, 'app', 'c');
SELECT pgautofailover.enable_secondary('default');
\echo '# one that is being dropped does not hide the settings of its formation'
SELECT pgautofailover.remove_node(1);
SELECT * FROM pgautofailover.formation_settings();

\echo '# two nodes at rest'
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.synchronous_standby_names();
SELECT pgautofailover.disable_secondary('default');
SET client_min_messages = notice;
SELECT pgautofailover.perform_promotion('default', 'n1');
SET client_min_messages = warning;
SELECT pgautofailover.start_maintenance(2);
SELECT pgautofailover.start_maintenance(2);
SELECT story.pass(3);
\echo '# without a standby that is ready: no failover, no maintenance of the primary, no removal of it'
SELECT pgautofailover.perform_failover();
SELECT pgautofailover.start_maintenance(1);
SELECT pgautofailover.remove_node(1);
\set VERBOSITY default
SELECT pgautofailover.perform_failover();
\set VERBOSITY sqlstate

\echo '# a primary that is about to stop: its role goes to a standby that is ready, and only its own role'
SELECT pgautofailover.hand_over(1);
SELECT pgautofailover.hand_over(99);
SELECT pgautofailover.hand_over(NULL);
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.hand_over(2);
SELECT pgautofailover.hand_over(1);
SELECT story.pass(3);
SELECT story.state();
SELECT pgautofailover.hand_over(1);

\echo '# settings of three nodes'
SELECT story.begin('n1', 'n2', 'n3');
SELECT * FROM pgautofailover.formation_settings();
SELECT pgautofailover.set_node_candidate_priority('default', 'nobody', 1);
SELECT pgautofailover.set_node_candidate_priority('default', 'n2', 101);
SELECT pgautofailover.set_node_candidate_priority('default', 'n2', -1);
SELECT pgautofailover.set_node_candidate_priority('default', 'n2', 0);
\echo '# not while the primary applies others'
SELECT pgautofailover.set_node_candidate_priority('default', 'n2', 50);
SELECT pgautofailover.set_node_replication_quorum('default', 'n2', true);
SELECT pgautofailover.set_formation_number_sync_standbys('default', 0);
SELECT story.pass(2);
SET client_min_messages = notice;
SELECT pgautofailover.set_node_candidate_priority('default', 'n3', 0);
SET client_min_messages = warning;
SELECT story.pass(2);
SELECT pgautofailover.set_node_replication_quorum('default', 'nobody', true);
SELECT pgautofailover.set_node_replication_quorum('default', 'n2', false);
SELECT pgautofailover.set_formation_number_sync_standbys('nowhere', 0);
SELECT pgautofailover.set_formation_number_sync_standbys('default', -1);
SELECT pgautofailover.set_formation_number_sync_standbys('default', 2);
SELECT pgautofailover.set_formation_number_sync_standbys('default', 0);
SELECT story.pass(2);
SELECT pgautofailover.set_node_replication_quorum('default', 'n2', false);
SELECT story.pass(2);
SELECT * FROM pgautofailover.formation_settings();
\echo '# a read replica never leads'
UPDATE pgautofailover.registered_node SET nodecluster = 'readers' WHERE nodeid = 3;
SELECT pgautofailover.set_node_candidate_priority('default', 'n3', 1);
SELECT pgautofailover.set_node_candidate_priority('default', 'n3', 0);

\echo '# a standby whose end would hold commits up is warned about'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.start_maintenance(2);
SELECT story.pass(3);
SELECT pgautofailover.start_maintenance(3);

\echo '# during a failover'
SELECT story.begin('n1', 'n2', 'n3');
SELECT story.silence('n1');
UPDATE story.keeper SET avoids = 'wait_primary';
SELECT story.pass(5);
SELECT node_id, node_name, node_host, node_port, node_lsn, node_is_primary FROM pgautofailover.get_most_advanced_standby();
SELECT node_id FROM pgautofailover.get_most_advanced_standby('default', 0, 3);
SELECT node_id FROM pgautofailover.get_most_advanced_standby(formationid => 'default', groupid => 0, caller_node_id => 2);
SELECT count(*) FROM pgautofailover.get_coordinator();
SELECT pgautofailover.perform_failover();
SELECT pgautofailover.start_maintenance(3);
\echo '# one that is being dropped is nobody''s source'
SELECT pgautofailover.remove_node(3);
SELECT count(*) FROM pgautofailover.get_most_advanced_standby('default', 0, 2);

\echo '# a failover that accepts a loss is refused while the primary is alive, and without a name'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.force_failover('default', 0, 'ann');
SELECT pgautofailover.force_failover('default', 0, '');
SELECT pgautofailover.force_failover('nowhere', 0, 'ann');
SELECT pgautofailover.what_may_be_lost('nowhere', 0);
SELECT count(*) FROM pgautofailover.election_wait();

\echo '# two writers in one group are impossible rows'
UPDATE pgautofailover.registered_node SET goalstate = 'primary';
\echo '# keepers cannot write tables, nor set the clock'
SET ROLE autoctl_node;
DELETE FROM pgautofailover.event;
SET pgautofailover.test_clock = '2000-01-01';
SELECT pgautofailover.assign(1, 'single', 'x', '2000-01-01');
SELECT count(*) > 0 FROM pgautofailover.why();
SELECT count(*) FROM pgautofailover.current_state();
SELECT pgautofailover.synchronous_standby_names() IS NOT NULL;
SELECT count(*) FROM pgautofailover.formation_settings();
SELECT count(*) FROM pgautofailover.get_coordinator();
SELECT count(*) FROM pgautofailover.get_most_advanced_standby();
SELECT * FROM pgautofailover.create_formation('other', 'pgsql', 'shop', true, 0);
SELECT pgautofailover.disable_secondary('other');
SELECT pgautofailover.enable_secondary('other');
SELECT pgautofailover.drop_formation('other');
RESET ROLE;
