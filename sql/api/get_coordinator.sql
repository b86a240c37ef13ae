-- The node of group 0 that takes writes, for programs that ask for a coordinator: a formation of kind
-- pgsql has the one group. None while it has no primary.
CREATE OR REPLACE FUNCTION pgautofailover.get_coordinator(
    formation_id text = 'default', OUT node_host text, OUT node_port int)
RETURNS SETOF record LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT n.nodehost, n.nodeport
      FROM pgautofailover.registered_node n
     WHERE n.formationid = get_coordinator.formation_id AND n.groupid = 0
       AND n.reportedstate IN ('single', 'wait_primary', 'primary')
       AND n.goalstate IN ('single', 'wait_primary', 'primary')
     ORDER BY n.nodeid;
END;
COMMENT ON FUNCTION pgautofailover.get_coordinator IS 'the node of group 0 that takes writes';
