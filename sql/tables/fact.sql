-- The vocabulary of the rules. A fact is something known to be true of a group, or of the node that
-- is being looked at, now. What is not known is not a fact.
--
-- Where the nodes stand excludes some facts, and so some rules, at once: see rules_in_question().
CREATE TABLE pgautofailover.fact (
    name text PRIMARY KEY,
    means text NOT NULL,
    beside text[]  -- it holds only where a node that is not the primary stands so; null: wherever they stand
);
COMMENT ON TABLE pgautofailover.fact IS 'the facts that rules require or forbid';
