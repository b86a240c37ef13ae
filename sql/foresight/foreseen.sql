-- What would happen: an event played on today's facts.
CREATE TYPE pgautofailover.foreseen AS (
    leader_id bigint,      -- who takes writes in the end; null: nobody
    seconds numeric,       -- until then, of waiting that the rules demand
    is_promotion bool,     -- the leader is another one than now
    may_lose bool,         -- by the way that led there, commits may be lost
    obstacle text,         -- what stands in the way of a leader, or of its commits
    story pgautofailover.event[]
);
COMMENT ON TYPE pgautofailover.foreseen IS 'what would happen: an event played on today''s facts';
