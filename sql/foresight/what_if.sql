-- Plays an event and tells which rules would speak; nothing changes. happening: 'lost' (this node's host
-- falls silent; the primary's when no node is named), 'monitor_cut' (only the monitor cannot see it any
-- more), 'switchover' (an operator asks for a failover).
CREATE OR REPLACE FUNCTION pgautofailover.what_if(
    formation_id text = 'default', group_id int = 0, happening text = 'lost', node_name text = NULL)
RETURNS TABLE (step int, node_id bigint, node_name text, was text, becomes text, rule_pos int, because text)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
    SELECT row_number() OVER (ORDER BY e.eventid)::int, e.nodeid, e.nodename, e.reportedstate::text, e.goalstate::text, e.rule_pos,
           regexp_replace(e.description, '^.*? because ', '')
      FROM unnest((foresee_checked($1, $2, $3, $4)).story) e
     ORDER BY e.eventid
$$;
COMMENT ON FUNCTION pgautofailover.what_if IS 'what would happen if a node were lost, or a failover asked for';
