-- The replication rules that a group's primary has or may have in force: one confirmed, and each that
-- was assigned since. A promotion must satisfy all of them (the quorum rule).
CREATE TABLE pgautofailover.synchronous_set (
    setid bigserial PRIMARY KEY,
    formationid text NOT NULL,
    groupid int NOT NULL,
    members bigint[] NOT NULL,
    needed int NOT NULL,
    is_confirmed bool NOT NULL,
    recordedtime timestamptz NOT NULL,
    FOREIGN KEY (formationid, groupid) REFERENCES pgautofailover.node_group ON DELETE CASCADE,
    -- Nobody to ask: the primary acknowledges alone. Somebody to ask: at least one must confirm.
    CONSTRAINT alone_or_confirmed_by_some CHECK ((needed = 0) = (members = '{}')),
    CONSTRAINT needed_is_not_more_than_members CHECK (needed <= cardinality(members))
) WITH (
    -- as in node_report
    autovacuum_vacuum_threshold = 100000,
    autovacuum_vacuum_insert_threshold = 100000,
    autovacuum_analyze_threshold = 2147483647
);
CREATE UNIQUE INDEX one_confirmed_set ON pgautofailover.synchronous_set (formationid, groupid) WHERE is_confirmed;
CREATE INDEX synchronous_set_formationid_groupid_setid_idx ON pgautofailover.synchronous_set (formationid, groupid, setid);

COMMENT ON TABLE pgautofailover.synchronous_set IS 'which standbys must confirm commits of a group: the confirmed rule and those assigned since';
COMMENT ON COLUMN pgautofailover.synchronous_set.members IS 'the standbys in the quorum';
COMMENT ON COLUMN pgautofailover.synchronous_set.needed IS 'how many of them must confirm; 0: the primary may acknowledge alone';
COMMENT ON COLUMN pgautofailover.synchronous_set.is_confirmed IS 'the primary has applied it and had a position acknowledged under it';
COMMENT ON COLUMN pgautofailover.synchronous_set.recordedtime IS 'since when the primary may have it in force';
