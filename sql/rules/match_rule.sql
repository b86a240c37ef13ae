-- The rule of a phase that speaks for a node: the first, by position, whose states match, all of whose
-- required facts hold and none of its forbidden ones.
CREATE OR REPLACE FUNCTION pgautofailover.match_rule(
    phase text, node_reported text, node_goal text, primary_reported text, primary_goal text, facts text[])
RETURNS SETOF pgautofailover.rule LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT r.pos, r.phase, r.node_in, r.primary_in, r.requires, r.forbids, r.node_goal, r.primary_goal, r.candidates_goal, r.because
      -- states first: comparing sets of facts is what costs
      FROM (SELECT * FROM pgautofailover.rules_at(match_rule.phase, match_rule.node_reported, match_rule.node_goal,
                                                  match_rule.primary_reported, match_rule.primary_goal)
            OFFSET 0) r
     WHERE r.requires <@ match_rule.facts
       AND NOT r.forbids && match_rule.facts
     ORDER BY r.pos LIMIT 1;
END;
