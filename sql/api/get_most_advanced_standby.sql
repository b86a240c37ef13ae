-- The node of a group that has told the most advanced position in an election, besides one: where that
-- one fetches what it lacks.
CREATE OR REPLACE FUNCTION pgautofailover.get_most_advanced_standby(
    formationid text = 'default', groupid int = 0, caller_node_id bigint = 0,
    OUT node_id bigint, OUT node_name text, OUT node_host text, OUT node_port int, OUT node_lsn pg_lsn, OUT node_is_primary bool)
RETURNS SETOF record LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT n.nodeid, n.nodename, n.nodehost, n.nodeport, coalesce(d.detachedlsn, n.reportedlsn), false
      FROM pgautofailover.node n JOIN pgautofailover.registered_node d USING (nodeid)
     WHERE n.formationid = $1 AND n.groupid = $2 AND n.nodeid <> $3
       AND n.reportedstate = 'report_lsn' AND n.goalstate <> 'dropped'
     ORDER BY coalesce(d.detachedlsn, n.reportedlsn) DESC, n.health DESC, n.nodeid
     LIMIT 1;
END;
COMMENT ON FUNCTION pgautofailover.get_most_advanced_standby IS 'the most advanced node in an election';
