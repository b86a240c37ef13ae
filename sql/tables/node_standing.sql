-- What is known of a node now: the row of node_status, which the questions about a group are given.
CREATE TYPE pgautofailover.node_standing AS (
    nodeid bigint,
    nodename text,
    nodehost text,
    nodeport int,
    reportedstate text,
    goalstate text,
    statechangetime timestamptz,
    candidatepriority int,
    replicationquorum bool,
    is_primary bool,        -- it was last assigned a state that takes writes
    is_serving bool,        -- it takes writes, by assignment and report, and its keeper says that it runs
    is_fresh bool,          -- its keeper was heard lately
    is_healthy bool,        -- its keeper says, now, that the server runs
    is_lost bool,           -- its keeper says that it is down, or all witnesses are silent
    is_stopped bool,        -- it has reported that its server is stopped, and waits for an assignment
    is_detached bool,       -- it has durably stopped receiving, and is not told to receive again
    detachedtli int,
    detachedlsn pg_lsn,     -- the position it has reported since
    is_delayed bool,        -- it replays later than it receives, on purpose
    receives bool,          -- it receives from the primary
    receives_nothing bool,  -- it has heard nothing of a running primary for too long
    tli int,
    lsn pg_lsn,
    walreporttime timestamptz,
    reporttime timestamptz,
    answeredtime timestamptz
);
COMMENT ON TYPE pgautofailover.node_standing IS 'what is known of a node now';
