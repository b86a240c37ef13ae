-- The vocabulary of the rules. A fact is something known to be true of a group, or of the node that
-- is being looked at, now. What is not known is not a fact.
CREATE TABLE pgautofailover.fact (
    name text PRIMARY KEY,
    means text NOT NULL
);
COMMENT ON TABLE pgautofailover.fact IS 'the facts that rules require or forbid';
