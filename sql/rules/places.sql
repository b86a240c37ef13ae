-- The places at which a group is looked at, each a node in a phase, and where the node and the group's primary stand.
-- Places count up in the order in which they are looked at.
CREATE OR REPLACE FUNCTION pgautofailover.places(formation_id text, group_id int, requested text[], requested_of bigint)
RETURNS TABLE (place int, phase text, node_id bigint, reported text, goal text, primary_id bigint, primary_reported text, primary_goal text)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT (phase.turn * 1000 + node.turn)::int, phase.name, node.nodeid, node.reportedstate::text, node.goalstate::text,
           node.primary_id, node.primary_reported::text, node.primary_goal::text
      FROM (SELECT n.nodeid, n.reportedstate, n.goalstate,
                   p.nodeid AS primary_id, p.reportedstate AS primary_reported, p.goalstate AS primary_goal,
                   row_number() OVER (ORDER BY (n.nodeid = g.preferredid) DESC NULLS LAST, n.candidatepriority DESC, n.nodeid) AS turn
              FROM pgautofailover.registered_node n
              JOIN pgautofailover.node_group g USING (formationid, groupid)
              LEFT JOIN pgautofailover.registered_node p ON p.nodeid = g.primaryid
             WHERE n.formationid = places.formation_id AND n.groupid = places.group_id
               AND n.goalstate <> 'dropped') node
      JOIN (VALUES ('operator', 1), ('early', 2), ('election', 3), ('standby', 4), ('primary', 5)) AS phase (name, turn)
        ON (phase.name <> 'primary' OR node.nodeid = node.primary_id)
       AND (phase.name NOT IN ('election', 'standby') OR node.nodeid IS DISTINCT FROM node.primary_id)
     WHERE (phase.name = 'operator') = (places.requested <> '{}')
       AND node.nodeid = coalesce(places.requested_of, node.nodeid);
END;
