-- The groups in which something is under way or somebody is not heard: those the rules must look at
-- as time passes. A group at rest changes only through a report, which lets the rules look itself.
CREATE OR REPLACE FUNCTION pgautofailover.restless_groups(at timestamptz)
RETURNS TABLE (formationid text, groupid int) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY SELECT DISTINCT n.formationid, n.groupid
      FROM pgautofailover.registered_node n
      JOIN pgautofailover.node_state s ON s.name = n.goalstate
      LEFT JOIN pgautofailover.node_report r USING (nodeid)
     WHERE n.reportedstate <> n.goalstate
        OR NOT s.is_settled
        OR n.goalstate = 'wait_primary'
        OR NOT coalesce(r.pgisrunning, false)
        OR r.health <> 1
        OR NOT pgautofailover.is_fresh(r.reporttime, restless_groups.at)
        OR r.upstreamsilence >= pgautofailover.unhealthy_timeout();
END $$;
