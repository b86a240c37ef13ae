-- From 1.0: rights can be given for a formation or a node alone; node_report has no CHECK constraints;
-- the nodes of a group are found by an index;
-- notifications may wait for the heartbeat.
-- include: tables/credential.sql
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.credential', '');
-- include: tables/waiting_notification.sql
ALTER TABLE pgautofailover.node_report
    DROP CONSTRAINT health_is_unknown_bad_or_good, DROP CONSTRAINT answer_is_one_of_three;
CREATE INDEX node_formationid_groupid_idx ON pgautofailover.registered_node (formationid, groupid);
