-- What a keeper repeats each second and the health worker sees each second: not worth a disk write.
-- It has no CHECK constraints, which PostgreSQL would read anew for each report.
-- After a crash of the monitor it is empty: unknown until heard again.
CREATE UNLOGGED TABLE pgautofailover.node_report (
    nodeid bigint PRIMARY KEY REFERENCES pgautofailover.registered_node ON DELETE CASCADE,
    reporttime timestamptz,
    reportingsince timestamptz,
    pgisrunning bool,
    runningsince timestamptz,
    notrunningsince timestamptz,
    repstate text NOT NULL DEFAULT '',
    nopeersince timestamptz,
    tli int NOT NULL DEFAULT 1,
    lsn pg_lsn NOT NULL DEFAULT '0/0',
    walreporttime timestamptz,
    standbynames text,
    upstreamsilence interval,
    problem text,
    health int NOT NULL DEFAULT -1,
    answer text,
    healthchecktime timestamptz,
    answeredtime timestamptz,
    reportnumber bigint,
    connected bigint[],
    applydelay int
) WITH (
    fillfactor = 30,
    -- Rows are written in place, so that there is nothing to vacuum unless somebody's old snapshot has stood in the way; plans
    -- find rows by their keys, whatever the statistics. Each vacuum and analyze would have the session of each keeper plan anew. So
    -- it is for all tables that a takeover is decided by.
    autovacuum_vacuum_threshold = 100000,
    autovacuum_vacuum_insert_threshold = 100000,
    autovacuum_analyze_threshold = 2147483647
);

COMMENT ON TABLE pgautofailover.node_report IS 'the latest report of each keeper and the latest probe of each server; not durable';
COMMENT ON COLUMN pgautofailover.node_report.reporttime IS 'when the keeper was last heard';
COMMENT ON COLUMN pgautofailover.node_report.reportingsince IS 'since when the keeper has been heard without a gap longer than node_considered_unhealthy_timeout';
COMMENT ON COLUMN pgautofailover.node_report.pgisrunning IS 'does the server answer its keeper? null: it is being restarted in place';
COMMENT ON COLUMN pgautofailover.node_report.runningsince IS 'since when the server has been reported to run';
COMMENT ON COLUMN pgautofailover.node_report.notrunningsince IS 'since when the server has not been reported to run';
COMMENT ON COLUMN pgautofailover.node_report.repstate IS 'on a primary: the best sync_state of its standbys; empty: it sees none';
COMMENT ON COLUMN pgautofailover.node_report.standbynames IS 'on a primary: the synchronous_standby_names in force and confirmed';
COMMENT ON COLUMN pgautofailover.node_report.upstreamsilence IS 'on a standby: how long it had heard nothing from the primary when it reported';
COMMENT ON COLUMN pgautofailover.node_report.problem IS 'what the keeper says is wrong';
COMMENT ON COLUMN pgautofailover.node_report.health IS 'the probe: -1 unknown, 0 bad, 1 good';
COMMENT ON COLUMN pgautofailover.node_report.answer IS 'the probe: the server answered, refused, or was silent until the deadline';
COMMENT ON COLUMN pgautofailover.node_report.nopeersince IS 'on a primary: since when it has reported to see no standby';
COMMENT ON COLUMN pgautofailover.node_report.answeredtime IS 'when the server last answered a probe';
COMMENT ON COLUMN pgautofailover.node_report.reportnumber IS 'the keeper''s number of this report: an older one that arrives late changes nothing';
COMMENT ON COLUMN pgautofailover.node_report.connected IS 'on a primary: the standbys that have answered it lately; null: its keeper does not tell';
COMMENT ON COLUMN pgautofailover.node_report.applydelay IS 'on a standby: recovery_min_apply_delay, in milliseconds; null: its keeper does not tell';
