-- The node as programs know it: what lasts together with what was last heard.
CREATE OR REPLACE VIEW pgautofailover.node AS
SELECT n.formationid, n.nodeid, n.groupid, n.nodename, n.nodehost, n.nodeport, n.sysidentifier,
       n.goalstate, n.reportedstate,
       r.pgisrunning AS reportedpgisrunning,
       coalesce(r.repstate, '') AS reportedrepstate,
       coalesce(r.reporttime, n.statechangetime) AS reporttime,
       coalesce(r.tli, 1) AS reportedtli,
       coalesce(r.lsn, '0/0') AS reportedlsn,
       coalesce(r.walreporttime, n.statechangetime) AS walreporttime,
       coalesce(r.health, -1) AS health,
       coalesce(r.healthchecktime, n.statechangetime) AS healthchecktime,
       n.statechangetime, n.candidatepriority, n.replicationquorum, n.nodecluster,
       r.problem AS reportedproblem
  FROM pgautofailover.registered_node n
  LEFT JOIN pgautofailover.node_report r USING (nodeid);
COMMENT ON VIEW pgautofailover.node IS 'the nodes, with what was last heard of them';
