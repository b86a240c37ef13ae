-- A rule that speaks for a group, and at which place; see places().
CREATE TYPE pgautofailover.rule_match AS (
    place int,
    node_id bigint,
    primary_id bigint,
    rule_pos int,
    node_goal text,
    primary_goal text,
    candidates_goal text,
    because text,
    facts text[]
);
COMMENT ON TYPE pgautofailover.rule_match IS 'a rule that speaks for a group, and at which place';
