-- The nodes of a formation, or of one of its groups, those being dropped included.
CREATE OR REPLACE FUNCTION pgautofailover.get_nodes(
    formation_id text = 'default', group_id int = NULL,
    OUT node_id bigint, OUT node_name text, OUT node_host text, OUT node_port int, OUT node_lsn pg_lsn, OUT node_is_primary bool)
RETURNS SETOF record LANGUAGE plpgsql STABLE
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    IF get_nodes.formation_id IS NULL THEN
        RAISE EXCEPTION 'a formation must be named' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    RETURN QUERY
        SELECT n.nodeid, n.nodename, n.nodehost, n.nodeport, n.reportedlsn, s.takes_writes
          FROM node n JOIN node_state s ON s.name = n.reportedstate
         WHERE n.formationid = get_nodes.formation_id
           AND n.groupid = coalesce(get_nodes.group_id, n.groupid)
         ORDER BY n.nodeid;
END $$;
COMMENT ON FUNCTION pgautofailover.get_nodes IS 'the nodes of a formation or group';
