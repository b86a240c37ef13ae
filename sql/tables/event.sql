CREATE TABLE pgautofailover.event (
    eventid bigserial PRIMARY KEY,
    eventtime timestamptz NOT NULL,
    formationid text NOT NULL,
    nodeid bigint NOT NULL,
    groupid int NOT NULL,
    nodename text NOT NULL,
    nodehost text NOT NULL,
    nodeport int NOT NULL,
    reportedstate pgautofailover.replication_state NOT NULL,
    goalstate pgautofailover.replication_state NOT NULL,
    reportedrepstate text,
    reportedtli int NOT NULL DEFAULT 1,
    reportedlsn pg_lsn NOT NULL DEFAULT '0/0',
    candidatepriority int,
    replicationquorum bool,
    description text,
    rule_pos int,
    facts text[]
) WITH (
    -- as in node_report
    autovacuum_vacuum_threshold = 100000,
    autovacuum_vacuum_insert_threshold = 100000,
    autovacuum_analyze_threshold = 2147483647
);
CREATE INDEX event_formation_group ON pgautofailover.event (formationid, groupid, eventid);

COMMENT ON TABLE pgautofailover.event IS 'what happened and why: each failover explains itself a year later';
COMMENT ON COLUMN pgautofailover.event.rule_pos IS 'the rule that spoke';
COMMENT ON COLUMN pgautofailover.event.facts IS 'what was true when it spoke';
