-- The rules that speak for a group now: of each place the first that matches.
CREATE OR REPLACE FUNCTION pgautofailover.matches(
    formation_id text, group_id int, at timestamptz, requested text[] = '{}', requested_of bigint = NULL)
RETURNS TABLE (place int, node_id bigint, primary_id bigint, rule_pos int, node_goal text, primary_goal text,
               candidates_goal text, because text, facts text[])
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH known AS MATERIALIZED (
        SELECT f.node_id, f.facts
          FROM pgautofailover.facts_of_group(matches.formation_id, matches.group_id, matches.at, matches.requested) f
    )
    SELECT p.place, p.node_id, p.primary_id, r.pos, r.node_goal::text, r.primary_goal::text, r.candidates_goal::text, r.because,
           known.facts
      FROM pgautofailover.places(matches.formation_id, matches.group_id, matches.requested, matches.requested_of) p
      JOIN known USING (node_id)
     CROSS JOIN LATERAL pgautofailover.match_rule(p.phase, p.reported, p.goal, p.primary_reported, p.primary_goal, known.facts) r
     ORDER BY p.place;
END;
