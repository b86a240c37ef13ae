-- What lasts of a node: its identity, its settings, and the states it was assigned and has reached.
CREATE TABLE pgautofailover.registered_node (
    formationid text NOT NULL DEFAULT 'default',
    nodeid bigserial PRIMARY KEY,
    groupid int NOT NULL,
    nodename text NOT NULL,
    nodehost text NOT NULL,
    nodeport int NOT NULL,
    sysidentifier bigint,
    goalstate pgautofailover.replication_state NOT NULL DEFAULT 'init' REFERENCES pgautofailover.node_state,
    reportedstate pgautofailover.replication_state NOT NULL REFERENCES pgautofailover.node_state,
    statechangetime timestamptz NOT NULL,
    candidatepriority int NOT NULL DEFAULT 100,
    replicationquorum bool NOT NULL DEFAULT true,
    nodecluster text NOT NULL DEFAULT 'default',
    reportnumber bigint NOT NULL DEFAULT 0,
    detachedtli int,
    detachedlsn pg_lsn,
    registeredfrom inet,
    FOREIGN KEY (formationid, groupid) REFERENCES pgautofailover.node_group,
    -- Data of another cluster never enters a group.
    CONSTRAINT same_system_identifier_within_group
        FOREIGN KEY (formationid, groupid, sysidentifier)
        REFERENCES pgautofailover.node_group (formationid, groupid, sysidentifier)
        DEFERRABLE INITIALLY IMMEDIATE,
    CONSTRAINT node_formationid_nodename_key UNIQUE (formationid, nodename),
    CONSTRAINT node_nodehost_nodeport_key UNIQUE (nodehost, nodeport),
    CONSTRAINT name_and_host_fit_a_notification CHECK (octet_length(nodename) <= 255 AND octet_length(nodehost) <= 255),
    CONSTRAINT node_nodeport_check CHECK (nodeport BETWEEN 1 AND 65535)
) WITH (
    fillfactor = 50,
    -- as in node_report
    autovacuum_vacuum_threshold = 100000,
    autovacuum_vacuum_insert_threshold = 100000,
    autovacuum_analyze_threshold = 2147483647
);
CREATE INDEX node_formationid_groupid_idx ON pgautofailover.registered_node (formationid, groupid);
-- Never two writers by assignment: the database itself refuses the second.
CREATE UNIQUE INDEX one_writer_in_a_group ON pgautofailover.registered_node (formationid, groupid)
    WHERE goalstate IN ('single', 'wait_primary', 'primary', 'join_primary', 'apply_settings');

COMMENT ON TABLE pgautofailover.registered_node IS 'what lasts of a node: identity, settings, states';
COMMENT ON COLUMN pgautofailover.registered_node.goalstate IS 'the state the node should be in';
COMMENT ON COLUMN pgautofailover.registered_node.reportedstate IS 'the state the node said it is in';
COMMENT ON COLUMN pgautofailover.registered_node.statechangetime IS 'when the goal or the reported state last changed';
COMMENT ON COLUMN pgautofailover.registered_node.candidatepriority IS '0: never leads; else the highest leads';
COMMENT ON COLUMN pgautofailover.registered_node.reportnumber IS 'the keeper''s number of the report that last changed something; 0: it does not number them';
COMMENT ON COLUMN pgautofailover.registered_node.replicationquorum IS 'takes part in the replication quorum';
COMMENT ON COLUMN pgautofailover.registered_node.detachedtli IS 'the timeline of detachedlsn';
COMMENT ON COLUMN pgautofailover.registered_node.detachedlsn IS 'the position it reported since it has durably stopped receiving from the old primary; null: it has not';
COMMENT ON COLUMN pgautofailover.registered_node.registeredfrom IS 'the address that the registration came from; null: this host. Repeated from there, it is answered anew until the node has reported';
