-- Does a node stand where one of these patterns says? A pattern is a state that is reported and
-- assigned ('primary'), a way ('wait_primary->primary'), or all ways to a goal ('*->primary').
CREATE OR REPLACE FUNCTION pgautofailover.label_matches(patterns text[], reported text, goal text)
RETURNS bool LANGUAGE sql IMMUTABLE
RETURN pgautofailover.node_label(reported, goal) = ANY (patterns)
       OR (reported <> goal AND '*->' || goal = ANY (patterns))
       OR '*' = ANY (patterns);
