-- The groups in which something is under way or somebody is not heard: those the rules must look at
-- as time passes. A group at rest changes only through a report, which lets the rules look itself.
-- `silent_at` is when its primary, which does not answer the probe, will have been silent for too long by
-- everybody's word, if nobody hears it again.
CREATE OR REPLACE FUNCTION pgautofailover.restless_groups(at timestamptz)
RETURNS TABLE (formationid text, groupid int, silent_at timestamptz) LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY
    SELECT q.formationid, q.groupid,
           (SELECT greatest(r.reporttime, (SELECT max(o.reporttime - o.upstreamsilence)
                                             FROM pgautofailover.registered_node m JOIN pgautofailover.node_report o USING (nodeid)
                                            WHERE m.formationid = q.formationid AND m.groupid = q.groupid AND m.nodeid <> r.nodeid))
                       + pgautofailover.unhealthy_timeout()
              FROM pgautofailover.node_group g JOIN pgautofailover.node_report r ON r.nodeid = g.primaryid
             WHERE g.formationid = q.formationid AND g.groupid = q.groupid AND r.health = 0)
      FROM (SELECT DISTINCT n.formationid, n.groupid
              FROM pgautofailover.registered_node n
              JOIN pgautofailover.node_state s ON s.name = n.goalstate
              LEFT JOIN pgautofailover.node_report r USING (nodeid)
             WHERE n.reportedstate <> n.goalstate
                OR NOT s.is_settled
                OR n.goalstate = 'wait_primary'
                OR NOT coalesce(r.pgisrunning, false)
                OR r.health <> 1
                OR NOT pgautofailover.is_fresh(r.reporttime, restless_groups.at)
                OR r.upstreamsilence >= pgautofailover.unhealthy_timeout()) q;
END $$;
