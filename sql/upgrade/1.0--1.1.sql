-- From 1.0: rights can be given for a formation or a node alone; node_report has no CHECK constraints;
-- the nodes of a group and its synchronous sets are found by indexes;
-- notifications may wait for the heartbeat;
-- node_report and registered_node are vacuumed when there is something to vacuum.
-- restless_groups also says when a primary will have been silent for too long;
-- record_position is also told the names in force.
-- include: tables/credential.sql
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.credential', '');
-- include: tables/waiting_notification.sql
ALTER TABLE pgautofailover.node_report
    DROP CONSTRAINT health_is_unknown_bad_or_good, DROP CONSTRAINT answer_is_one_of_three;
ALTER TABLE pgautofailover.node_report SET (autovacuum_vacuum_threshold = 100000, autovacuum_analyze_threshold = 2147483647);
ALTER TABLE pgautofailover.registered_node SET (autovacuum_vacuum_threshold = 10000, autovacuum_analyze_threshold = 10000);
DROP FUNCTION pgautofailover.restless_groups(timestamptz);
DROP FUNCTION pgautofailover.record_position(bigint, text, bool, int, pg_lsn);
CREATE INDEX node_formationid_groupid_idx ON pgautofailover.registered_node (formationid, groupid);
CREATE INDEX synchronous_set_formationid_groupid_setid_idx ON pgautofailover.synchronous_set (formationid, groupid, setid);
