-- The rules that speak for a group now: of each place, which is a node in a phase, the first that matches.
-- Places count up in the order in which they are looked at.
CREATE OR REPLACE FUNCTION pgautofailover.matches(
    formation_id text, group_id int, at timestamptz, requested text[] = '{}', requested_of bigint = NULL)
RETURNS TABLE (place int, node_id bigint, primary_id bigint, rule_pos int, node_goal text, primary_goal text,
               candidates_goal text, because text, facts text[])
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH primary_node AS MATERIALIZED (
        SELECT p.nodeid, p.reportedstate, p.goalstate
          FROM pgautofailover.node_group g JOIN pgautofailover.registered_node p ON p.nodeid = g.primaryid
         WHERE g.formationid = matches.formation_id AND g.groupid = matches.group_id
    ), node AS MATERIALIZED (
        SELECT n.nodeid, n.reportedstate, n.goalstate, f.facts,
               p.nodeid AS primary_id, p.reportedstate AS primary_reported, p.goalstate AS primary_goal,
               row_number() OVER (ORDER BY (n.nodeid = g.preferredid) DESC NULLS LAST, n.candidatepriority DESC, n.nodeid) AS turn
          FROM pgautofailover.facts_of_group(matches.formation_id, matches.group_id, matches.at, matches.requested) f
          JOIN pgautofailover.registered_node n
            ON n.nodeid = f.node_id AND n.formationid = matches.formation_id AND n.groupid = matches.group_id
          JOIN pgautofailover.node_group g ON g.formationid = matches.formation_id AND g.groupid = matches.group_id
          LEFT JOIN primary_node p ON true
    )
    SELECT (phase.turn * 1000 + node.turn)::int, node.nodeid, node.primary_id, r.pos, r.node_goal::text, r.primary_goal::text,
           r.candidates_goal::text, r.because, node.facts
      FROM (VALUES ('operator', 1), ('early', 2), ('election', 3), ('standby', 4), ('primary', 5)) AS phase (name, turn)
      JOIN node ON (phase.name <> 'primary' OR node.nodeid = node.primary_id)
               AND (phase.name NOT IN ('election', 'standby') OR node.nodeid IS DISTINCT FROM node.primary_id)
     CROSS JOIN LATERAL pgautofailover.match_rule(
           phase.name, node.reportedstate, node.goalstate, node.primary_reported, node.primary_goal, node.facts) r
     WHERE (phase.name = 'operator') = (matches.requested <> '{}')
       AND node.nodeid = coalesce(matches.requested_of, node.nodeid)
     ORDER BY phase.turn, node.turn;
END;
