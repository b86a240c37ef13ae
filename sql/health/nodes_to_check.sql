-- The servers that the health worker probes.
CREATE OR REPLACE FUNCTION pgautofailover.nodes_to_check()
RETURNS TABLE (node_id bigint, node_host text, node_port int) LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT n.nodeid, n.nodehost, n.nodeport
      FROM pgautofailover.registered_node n
     WHERE n.goalstate <> 'dropped'
       AND coalesce(current_setting('pgautofailover.enable_health_checks', true), 'on')::bool
     ORDER BY n.nodeid;
END;
COMMENT ON FUNCTION pgautofailover.nodes_to_check IS 'the servers that the health worker probes';
