CREATE TABLE pgautofailover.node_group (
    formationid text NOT NULL REFERENCES pgautofailover.formation,
    groupid int NOT NULL,
    primaryid bigint,
    sysidentifier bigint,
    tli int,
    asynchronouslsn pg_lsn,
    preferredid bigint,
    lossallowedby text,
    lossreliesonid bigint,
    PRIMARY KEY (formationid, groupid),
    -- Who decided, and on what: both or neither.
    CONSTRAINT loss_relies_on_a_node CHECK ((lossallowedby IS NULL) = (lossreliesonid IS NULL)),
    -- What the nodes' system identifiers refer to: one group, one cluster's data.
    CONSTRAINT one_system_identifier_in_a_group UNIQUE (formationid, groupid, sysidentifier)
) WITH (
    -- as in node_report
    autovacuum_vacuum_threshold = 100000,
    autovacuum_vacuum_insert_threshold = 100000,
    autovacuum_analyze_threshold = 2147483647
);
COMMENT ON TABLE pgautofailover.node_group IS 'the servers that replicate from one primary, as one thing';
COMMENT ON COLUMN pgautofailover.node_group.primaryid IS 'the node that was last assigned a state that takes writes; during a failover still the old one';
COMMENT ON COLUMN pgautofailover.node_group.sysidentifier IS 'the system identifier that all nodes of the group share, once known';
COMMENT ON COLUMN pgautofailover.node_group.tli IS 'the timeline on which a primary of the group last reported to take writes';
COMMENT ON COLUMN pgautofailover.node_group.asynchronouslsn IS 'where the primary was when it first told that it takes writes and no other node took part in the replication quorum: commits after it may be lost with their primary, those before it may not; null while another node takes part';
COMMENT ON COLUMN pgautofailover.node_group.preferredid IS 'the node that an operator wants to be the next primary, until there is one';
COMMENT ON COLUMN pgautofailover.node_group.lossallowedby IS 'who decided that the failover under way may lose acknowledged commits';
COMMENT ON COLUMN pgautofailover.node_group.lossreliesonid IS 'the node that had most of what was left when that was decided: what it has is not lost, and without it the decision ends';
