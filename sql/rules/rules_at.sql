-- The rules of a phase whose states match where a node and its group's primary stand, whatever is true of the group.
CREATE OR REPLACE FUNCTION pgautofailover.rules_at(
    phase text, node_reported text, node_goal text, primary_reported text, primary_goal text)
RETURNS SETOF pgautofailover.rule LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT r.pos, r.phase, r.node_in, r.primary_in, r.requires, r.forbids, r.node_goal, r.primary_goal, r.candidates_goal, r.because
      FROM pgautofailover.rule r
     WHERE r.phase = rules_at.phase
       AND pgautofailover.label_matches(r.node_in, rules_at.node_reported, rules_at.node_goal)
       AND (r.primary_in IS NULL
            OR pgautofailover.label_matches(r.primary_in, rules_at.primary_reported, rules_at.primary_goal));
END;
