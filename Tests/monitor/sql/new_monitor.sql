-- A monitor is lost with all that it knew: the primary brings its group into a new one.
\pset format unaligned
\t on
CREATE FUNCTION story.lose_monitor() RETURNS void LANGUAGE sql AS $$
    DELETE FROM pgautofailover.registered_node;
    DELETE FROM pgautofailover.node_group;
    DELETE FROM pgautofailover.event;
    UPDATE pgautofailover.formation SET number_sync_standbys = 0, stays_at_zero = false, dbname = 'postgres';
    ALTER SEQUENCE pgautofailover.registered_node_nodeid_seq RESTART;
    UPDATE story.told SET eventid = 0;
$$;

\echo '# Ids, names, addresses, states and settings are as they were, and nobody is told to do anything.'
SELECT story.begin('n1', 'n2', 'n3', 'n4');
SELECT pgautofailover.set_node_candidate_priority('default', 'n3', 0);
SELECT story.pass(3);
SELECT pgautofailover.set_node_replication_quorum('default', 'n4', false);
SELECT story.pass(3);
SELECT pgautofailover.remove_node(3);
SELECT story.pass(3);
SELECT pgautofailover.set_formation_number_sync_standbys('default', 0);
SELECT story.pass(3);
SELECT jsonb_pretty(pgautofailover.group_snapshot()::jsonb);
SELECT pgautofailover.group_snapshot() AS snapshot \gset
SELECT names AS names FROM story.keeper WHERE name = 'n1' \gset
SELECT story.lose_monitor();
SELECT pgautofailover.restore_group(:'snapshot', 1, 'primary', :'names');
SELECT pgautofailover.group_snapshot() = :'snapshot';
SELECT members, needed, is_confirmed FROM pgautofailover.synchronous_set;
SELECT story.pass(10);
SELECT story.tell();
SELECT pgautofailover.group_snapshot() = :'snapshot';
\echo '# - asked again, it changes nothing'
SELECT pgautofailover.restore_group(:'snapshot', 1, 'primary', :'names');
\echo '# - a new node gets a new id'
SELECT assigned_node_id FROM pgautofailover.register_node('default', 'n5.example', 5432, 'app', 'n5');
\echo '# - and when the primary is lost, the quorum rule decides'
SELECT story.silence('n1');
SELECT story.pass(8);
SELECT story.tell();

\echo
\echo '# The monitor was lost with the old primary: the new one tells, and the old one comes back as its standby.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.group_snapshot() AS snapshot \gset
SELECT story.silence('n1');
SELECT story.pass(4.5);
SELECT story.state();
SELECT story.lose_monitor();
SELECT state AS state FROM story.keeper WHERE name = 'n2' \gset
SELECT :'state';
SELECT pgautofailover.restore_group(:'snapshot', 2, 'wait_primary', '');
SELECT story.heal('n1');
SELECT story.state();
UPDATE story.keeper SET state = 'wait_primary', names = '', tli = 2 WHERE name = 'n2';
UPDATE story.keeper SET state = 'secondary' WHERE name = 'n3';
SELECT story.pass(10);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# Who may not, and what cannot be.'
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.group_snapshot() AS snapshot \gset
SELECT story.lose_monitor();
\set VERBOSITY terse
SELECT pgautofailover.restore_group(:'snapshot', 2, 'secondary', NULL);
SELECT pgautofailover.restore_group(:'snapshot', 3, 'primary', '');
SELECT pgautofailover.restore_group('nonsense', 1, 'primary', '');
SELECT pgautofailover.restore_group('{}', 1, 'primary', '');
SELECT pgautofailover.restore_group(NULL, 1, 'primary', '');
SELECT assigned_node_id FROM pgautofailover.register_node('default', 'other.example', 5432, 'app', 'other');
SELECT pgautofailover.restore_group(:'snapshot', 1, 'primary', '');
\set VERBOSITY default
SELECT pgautofailover.group_snapshot('nowhere');
DROP FUNCTION story.lose_monitor();
