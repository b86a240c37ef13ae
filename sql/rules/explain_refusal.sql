-- Why an operator's request is not granted: for each rule about it, what is missing and what stands in
-- the way, in words.
CREATE OR REPLACE FUNCTION pgautofailover.explain_refusal(
    formation_id text, group_id int, node_id bigint, at timestamptz, requested text)
RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH now AS (
        SELECT n.reportedstate, n.goalstate, p.reportedstate AS primary_reported, p.goalstate AS primary_goal,
               pgautofailover.group_facts(explain_refusal.formation_id, explain_refusal.group_id,
                   explain_refusal.node_id, explain_refusal.at, ARRAY[explain_refusal.requested]) AS facts
          FROM pgautofailover.registered_node n
          JOIN pgautofailover.node_group g USING (formationid, groupid)
          LEFT JOIN pgautofailover.registered_node p ON p.nodeid = g.primaryid
         WHERE n.nodeid = explain_refusal.node_id
    ), obstacle AS (
        SELECT r.pos, CASE WHEN lacking THEN 'it is not so that ' ELSE '' END || f.means AS words
          FROM now, pgautofailover.rule r
          CROSS JOIN LATERAL (
              SELECT unnest(r.requires) AS name, true AS lacking
              EXCEPT SELECT unnest(now.facts), true
              UNION ALL
              (SELECT unnest(r.forbids), false INTERSECT SELECT unnest(now.facts), false)) o
          JOIN pgautofailover.fact f USING (name)
         WHERE r.phase = 'operator' AND explain_refusal.requested = ANY (r.requires)
           AND pgautofailover.label_matches(r.node_in, now.reportedstate, now.goalstate)
           AND (r.primary_in IS NULL OR pgautofailover.label_matches(r.primary_in, now.primary_reported, now.primary_goal))
    )
    SELECT coalesce(
               string_agg(format('rule %s: %s', pos, words), '; ' ORDER BY pos, words),
               (SELECT format('the node is in state %s beside a primary in state %s, and the rules grant it to a node in state %s',
                              pgautofailover.node_label(now.reportedstate, now.goalstate),
                              coalesce(pgautofailover.node_label(now.primary_reported, now.primary_goal), 'that is not known'),
                              (SELECT string_agg(DISTINCT state, ' or ')
                                 FROM pgautofailover.rule r, unnest(r.node_in) AS state
                                WHERE r.phase = 'operator' AND explain_refusal.requested = ANY (r.requires)))
                  FROM now))
           || coalesce((SELECT '; beside it: ' || string_agg(format('%s in state %s', n.nodename,
                                     pgautofailover.node_label(n.reportedstate, n.goalstate)), ', ' ORDER BY n.nodeid)
                          FROM pgautofailover.registered_node n
                         WHERE n.formationid = explain_refusal.formation_id AND n.groupid = explain_refusal.group_id
                           AND n.nodeid <> explain_refusal.node_id), '')
      FROM obstacle;
END;
