-- What would happen if … Plays an event on today's facts and tells, step by step, what the rules would
-- assign to whom and why; where `becomes` is null a rule says why nothing is done. It changes nothing.
-- Events: 'lost', the host of this node (without a name: of the primary) falls silent; 'monitor_cut', the
-- monitor no longer sees it, while its peers do; 'switchover', an operator asks for one, to this node.
CREATE OR REPLACE FUNCTION pgautofailover.what_if(
    formation_id text = 'default', group_id int = 0, happening text = 'lost', node_name text = NULL)
RETURNS TABLE (step int, node_id bigint, node_name text, was text, becomes text, rule_pos int, because text)
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT (row_number() OVER (ORDER BY e.eventid))::int, e.nodeid, e.nodename, e.reportedstate::text,
           CASE WHEN assigns.something THEN e.goalstate::text END, e.rule_pos,
           CASE WHEN assigns.something THEN r.because ELSE e.description END
      FROM pgautofailover.play($1, $2, $3, $4) p
     CROSS JOIN LATERAL unnest(p.events) AS e
      JOIN pgautofailover.rule r ON r.pos = e.rule_pos
     CROSS JOIN LATERAL (SELECT coalesce(r.node_goal, r.primary_goal, r.candidates_goal) IS NOT NULL AS something) assigns
     ORDER BY e.eventid;
END;
COMMENT ON FUNCTION pgautofailover.what_if IS 'plays an event on today''s facts, changes nothing, and tells what the rules would do';
