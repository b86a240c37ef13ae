-- Why does a group stay as it is? For each node and each rule about the states it stands in: the facts
-- that are missing and those that stand in the way. Rules with the fewest obstacles come first.
CREATE OR REPLACE FUNCTION pgautofailover.why(formation_id text = 'default', group_id int = 0)
RETURNS TABLE (node_id bigint, node_name text, node_state text, rule_pos int, phase text,
               missing text[], blocking text[], node_goal text, because text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    WITH now AS MATERIALIZED (
        SELECT pgautofailover.monitor_clock() AS at
    ), looked_at AS (
        SELECT s.nodeid, s.nodename, s.reportedstate, s.goalstate,
               p.reportedstate AS primary_reported, p.goalstate AS primary_goal,
               f.facts
          FROM now, pgautofailover.facts_of_group(why.formation_id, why.group_id, now.at) f
          JOIN pgautofailover.registered_node s ON s.nodeid = f.node_id
          LEFT JOIN LATERAL (SELECT o.reportedstate, o.goalstate
                               FROM pgautofailover.registered_node o
                               JOIN pgautofailover.node_group g ON g.primaryid = o.nodeid
                              WHERE g.formationid = why.formation_id AND g.groupid = why.group_id) p ON true
    )
    SELECT l.nodeid, l.nodename, pgautofailover.node_label(l.reportedstate, l.goalstate), r.pos, r.phase,
           o.missing, o.blocking, r.node_goal::text, r.because
      FROM looked_at l
      JOIN pgautofailover.rule r
        ON pgautofailover.label_matches(r.node_in, l.reportedstate, l.goalstate)
       AND (r.primary_in IS NULL OR pgautofailover.label_matches(r.primary_in, l.primary_reported, l.primary_goal))
      CROSS JOIN LATERAL (
           SELECT ARRAY(SELECT unnest(r.requires) EXCEPT SELECT unnest(l.facts) ORDER BY 1) AS missing,
                  ARRAY(SELECT unnest(r.forbids) INTERSECT SELECT unnest(l.facts) ORDER BY 1) AS blocking) o
     ORDER BY l.nodeid, cardinality(o.missing) + cardinality(o.blocking), r.pos;
END;
COMMENT ON FUNCTION pgautofailover.why(text, int) IS 'for each rule about a node of a group: which facts are missing, and which stand in the way';
