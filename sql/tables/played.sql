-- What became of a group when an event was played.
CREATE TYPE pgautofailover.played AS (
    events pgautofailover.event[],  -- what the rules said, in order
    leader text,                    -- who takes writes at the end; null: nobody
    may_lose text,                  -- what could be lost, in a sentence, or 'nothing'
    obstacle text,                  -- what stands in the way, in words; null: nothing does
    seconds numeric                 -- how long nobody can write, by the settings; null: until somebody acts
);
COMMENT ON TYPE pgautofailover.played IS 'what became of a group when an event was played';
