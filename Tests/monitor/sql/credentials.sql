-- Roles that may act for one formation, or one node, alone.
\pset format unaligned
\t on
\set SHOW_CONTEXT never
CREATE ROLE of_n1 LOGIN;
CREATE ROLE "of Default" LOGIN;
CREATE ROLE of_other LOGIN;
CREATE ROLE of_nothing LOGIN;

\echo '# without a right a role can do nothing; with one it can do what the right is for'
SET SESSION AUTHORIZATION of_n1;
SELECT pgautofailover.current_state('default');
RESET SESSION AUTHORIZATION;
SELECT FROM pgautofailover.create_formation('other', 'pgsql', 'postgres', true, 0);
SELECT pgautofailover.add_credential('of_n1', 'default', 'n1');
SELECT pgautofailover.add_credential('of Default', 'default');
SELECT pgautofailover.add_credential('of_other', 'other');
SELECT * FROM pgautofailover.credential ORDER BY roleid::text;
\echo '# - no right for what does not exist, or stands for the whole monitor'
SELECT pgautofailover.add_credential('of_nothing', 'nonsense');
SELECT pgautofailover.add_credential('nobody_is_called_this', 'default');
SELECT pgautofailover.add_credential('autoctl_node', 'default');
SELECT pgautofailover.add_credential(current_user, 'default');
\echo '# - nobody gives rights but the owner'
SET SESSION AUTHORIZATION of_n1;
SELECT pgautofailover.add_credential('of_n1', 'default');
SELECT pgautofailover.remove_credential('of_n1');
SELECT FROM pgautofailover.credential;
RESET SESSION AUTHORIZATION;

\echo '# a node''s role registers its node, under its name, and reports for it'
SET SESSION AUTHORIZATION of_n1;
SELECT assigned_node_name FROM pgautofailover.register_node('default', 'n9.example', 5432, 'app', 'n9');
SELECT assigned_node_name FROM pgautofailover.register_node('default', 'n9.example', 5432, 'app');
SELECT assigned_node_name FROM pgautofailover.register_node('other', 'n9.example', 5432, 'app', 'n1');
RESET SESSION AUTHORIZATION;
SELECT story.begin('n1', 'n2', 'n3');
SELECT nodeid AS n1 FROM pgautofailover.registered_node WHERE nodename = 'n1' \gset
SELECT nodeid AS n2 FROM pgautofailover.registered_node WHERE nodename = 'n2' \gset
SELECT nodeid AS n3 FROM pgautofailover.registered_node WHERE nodename = 'n3' \gset
SELECT assigned_node_id AS o1 FROM pgautofailover.register_node('other', 'o1.example', 5432, 'app', 'o1') \gset
SELECT story.pass(3);
SET SESSION AUTHORIZATION of_n1;
SELECT pgautofailover.set_node_candidate_priority('default', 'n1', 50);
SELECT assigned_group_state FROM pgautofailover.node_active('default', :n1, 0, 'primary', true, 1, '0/3000000');
SELECT assigned_group_state FROM pgautofailover.node_active('default', :n2, 0, 'secondary', true, 1, '0/3000000');
SELECT assigned_group_state FROM pgautofailover.node_active('default', :n2, 0, 'report_lsn', true, 1, '0/3000000');
SELECT assigned_group_state FROM pgautofailover.node_active('other', :o1, 0, 'single', true, 1, '0/3000000');
\echo '# - it looks at all, sets and moves what is its node''s, and nothing of the others'' or the formation''s'
SELECT count(*) FROM pgautofailover.current_state('default');
SELECT pgautofailover.set_node_candidate_priority('default', 'n2', 40);
SELECT pgautofailover.set_node_replication_quorum('default', 'n2', false);
SELECT pgautofailover.set_node_system_identifier(:n2, 1);
SELECT FROM pgautofailover.set_group_system_identifier(0, 1);
SELECT pgautofailover.update_node_metadata(:n1, 'n1', 'elsewhere.example', 5433);
SELECT pgautofailover.update_node_metadata(:n1, 'n8', NULL, NULL);
SELECT pgautofailover.update_node_metadata(:n2, NULL, 'elsewhere.example', 5434);
SELECT pgautofailover.remove_node(:n2);
SELECT pgautofailover.remove_node(:n2, true);
SELECT pgautofailover.remove_node('n3.example', 5432, true);
SELECT pgautofailover.start_maintenance(:n2);
SELECT pgautofailover.stop_maintenance(:n2);
SELECT pgautofailover.hand_over(:n2);
SELECT pgautofailover.perform_promotion('default', 'n1');
SELECT pgautofailover.perform_failover();
SELECT pgautofailover.force_failover('default', 0, 'somebody');
SELECT pgautofailover.set_formation_number_sync_standbys('default', 0);
SELECT pgautofailover.enable_secondary('default');
SELECT pgautofailover.disable_secondary('default');
SELECT pgautofailover.create_formation('third', 'pgsql', 'postgres', true, 0);
SELECT pgautofailover.drop_formation('default');
SELECT pgautofailover.restore_group(pgautofailover.group_snapshot(), :n1, 'primary', '');
\echo '# a formation''s role does all that in its own, and nothing in another'
SET SESSION AUTHORIZATION of_other;
SELECT assigned_group_state FROM pgautofailover.node_active('default', :n1, 0, 'primary', true, 1, '0/3000000');
SELECT pgautofailover.perform_failover();
SELECT pgautofailover.remove_node(:n3, true);
SELECT pgautofailover.drop_formation('default');
SELECT assigned_group_state FROM pgautofailover.node_active('other', :o1, 0, 'single', true, 1, '0/3000000');
SELECT pgautofailover.remove_node(:o1, true);
SELECT pgautofailover.drop_formation('other');
SELECT count(*) FROM pgautofailover.create_formation('other', 'pgsql', 'postgres', true, 0);
RESET SESSION AUTHORIZATION;
SELECT story.pass(3);
SELECT story.state();
SET SESSION AUTHORIZATION "of Default";
SELECT pgautofailover.set_node_candidate_priority('default', 'n2', 60);
SELECT pgautofailover.update_node_metadata(:n1, 'n8', NULL, NULL);
RESET SESSION AUTHORIZATION;
\echo '# - a right goes with its node''s new name, and with its role''s'
ALTER ROLE of_n1 RENAME TO "of n8";
SELECT * FROM pgautofailover.credential ORDER BY roleid::text;
SET SESSION AUTHORIZATION "of n8";
SELECT pgautofailover.perform_failover();
SELECT pgautofailover.hand_over(:n1);
RESET SESSION AUTHORIZATION;
\echo '# a right that is given again replaces the old one; taken back, nothing is left'
SELECT pgautofailover.add_credential('of n8', 'other', 'n1');
SELECT * FROM pgautofailover.credential ORDER BY roleid::text;
SELECT pgautofailover.remove_credential('of n8');
SELECT pgautofailover.remove_credential('of n8');
SET SESSION AUTHORIZATION "of n8";
SELECT count(*) FROM pgautofailover.current_state('default');
RESET SESSION AUTHORIZATION;
\echo '# autoctl_node itself acts for everybody'
SET SESSION AUTHORIZATION autoctl_node;
SELECT pgautofailover.set_node_candidate_priority('default', 'n2', 50);
RESET SESSION AUTHORIZATION;
SELECT pgautofailover.remove_credential('of Default');
SELECT pgautofailover.remove_credential('of_other');
SELECT pgautofailover.drop_formation('other');
DROP ROLE "of n8", "of Default", of_other, of_nothing;
