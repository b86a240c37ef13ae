-- From 1.0: rights can be given for a formation or a node alone; node_report has no CHECK constraints;
-- the nodes of a group and its synchronous sets are found by indexes;
-- notifications may wait for the heartbeat;
-- the tables that a takeover is decided by are vacuumed when there is something to vacuum, and never analyzed.
-- restless_groups also says when a primary will have been silent for too long;
-- record_position is also told the names in force; advance_group, what speaks first;
-- where nodes stand excludes some facts.
-- include: tables/credential.sql
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.credential', '');
-- include: tables/waiting_notification.sql
-- include: tables/rule_match.sql
ALTER TABLE pgautofailover.fact ADD beside text[];
ALTER TABLE pgautofailover.node_report
    DROP CONSTRAINT health_is_unknown_bad_or_good, DROP CONSTRAINT answer_is_one_of_three;
ALTER TABLE pgautofailover.node_report SET (
    autovacuum_vacuum_threshold = 100000, autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 2147483647);
ALTER TABLE pgautofailover.registered_node SET (
    autovacuum_vacuum_threshold = 100000, autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 2147483647);
ALTER TABLE pgautofailover.node_group SET (
    autovacuum_vacuum_threshold = 100000, autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 2147483647);
ALTER TABLE pgautofailover.synchronous_set SET (
    autovacuum_vacuum_threshold = 100000, autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 2147483647);
ALTER TABLE pgautofailover.event SET (
    autovacuum_vacuum_threshold = 100000, autovacuum_vacuum_insert_threshold = 100000, autovacuum_analyze_threshold = 2147483647);
DROP FUNCTION pgautofailover.restless_groups(timestamptz);
DROP FUNCTION pgautofailover.record_position(bigint, text, bool, int, pg_lsn);
DROP FUNCTION pgautofailover.advance_group(text, int, timestamptz, text[], bigint);
CREATE INDEX node_formationid_groupid_idx ON pgautofailover.registered_node (formationid, groupid);
CREATE INDEX synchronous_set_formationid_groupid_setid_idx ON pgautofailover.synchronous_set (formationid, groupid, setid);
