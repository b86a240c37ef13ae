-- Tells the system identifier of a node's cluster. All nodes of a group have the same.
CREATE OR REPLACE FUNCTION pgautofailover.set_node_system_identifier(
    node_id bigint, node_sysidentifier bigint,
    OUT node_id bigint, OUT node_name text, OUT node_host text, OUT node_port int)
LANGUAGE sql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
    SELECT nodeid, nodename, nodehost, nodeport FROM record_system_identifier($1, $2)
$$;
COMMENT ON FUNCTION pgautofailover.set_node_system_identifier IS 'tells the system identifier of a node''s cluster';

-- The same for all nodes of groups with this number whose identifier is 0; kept for programs that call it.
CREATE OR REPLACE FUNCTION pgautofailover.set_group_system_identifier(
    group_id bigint, node_sysidentifier bigint,
    OUT node_id bigint, OUT node_name text, OUT node_host text, OUT node_port int)
RETURNS SETOF record LANGUAGE sql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
    SELECT s.nodeid, s.nodename, s.nodehost, s.nodeport
      FROM registered_node n CROSS JOIN LATERAL record_system_identifier(n.nodeid, $2) s
     WHERE n.groupid = $1 AND n.sysidentifier = 0
     ORDER BY n.nodeid
$$;
COMMENT ON FUNCTION pgautofailover.set_group_system_identifier IS 'tells the system identifier of a group''s clusters';
