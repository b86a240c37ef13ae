-- What would happen if … Plays an event on today's facts and tells, step by step, what the rules would
-- assign to whom and why, or why they would do nothing. It changes nothing.
-- Events: 'lost', the host of this node (without a name: of the primary) falls silent; 'monitor_cut', the
-- monitor no longer sees it, while its peers do; 'switchover', an operator asks for one: away from the
-- primary, or to the standby that is named.
CREATE OR REPLACE FUNCTION pgautofailover.what_if(
    formation_id text = 'default', group_id int = 0, happening text = 'lost', node_name text = NULL)
RETURNS TABLE (step int, node_id bigint, node_name text, was text, becomes text, rule_pos int, because text)
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT (row_number() OVER (ORDER BY e.eventid))::int, e.nodeid, e.nodename, e.reportedstate::text, e.goalstate::text, e.rule_pos,
           -- a rule that assigns nothing tells more in its event
           CASE WHEN coalesce(r.node_goal, r.primary_goal, r.candidates_goal) IS NULL THEN e.description ELSE r.because END
      FROM pgautofailover.play($1, $2, $3, $4) p
     CROSS JOIN LATERAL unnest(p.events) AS e
      JOIN pgautofailover.rule r ON r.pos = e.rule_pos
     ORDER BY e.eventid;
END;
COMMENT ON FUNCTION pgautofailover.what_if IS 'plays an event on today''s facts, changes nothing, and tells what the rules would do';
