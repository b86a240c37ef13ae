-- What a played event does to the nodes of a group, beside what the rules do.
CREATE TYPE pgautofailover.played_world AS (
    unheard_id bigint,     -- the node that the monitor does not hear from now on
    is_heard_by_peers bool,  -- the other nodes still hear it
    reporting bigint[],    -- the nodes whose keepers report; those that were silent before stay silent
    deaf bigint[],         -- the standbys that heard nothing of the primary before: their link stays cut
    primary_id bigint,     -- the primary when the event happened
    writes_stop bool       -- from that moment too few standbys are there to confirm commits
);
COMMENT ON TYPE pgautofailover.played_world IS 'what a played event does to the nodes of a group';
