-- The nodes beside this one in its group, without those being dropped.
CREATE OR REPLACE FUNCTION pgautofailover.get_other_nodes(
    nodeid bigint,
    OUT node_id bigint, OUT node_name text, OUT node_host text, OUT node_port int, OUT node_lsn pg_lsn, OUT node_is_primary bool)
RETURNS SETOF record LANGUAGE plpgsql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM registered_node n WHERE n.nodeid = get_other_nodes.nodeid) THEN
        RAISE EXCEPTION 'node % is not registered', get_other_nodes.nodeid
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    RETURN QUERY
        SELECT n.nodeid, n.nodename, n.nodehost, n.nodeport, n.reportedlsn, s.takes_writes
          FROM registered_node me
          JOIN node n ON n.formationid = me.formationid AND n.groupid = me.groupid AND n.nodeid <> me.nodeid
          JOIN node_state s ON s.name = n.reportedstate
         WHERE me.nodeid = get_other_nodes.nodeid AND n.goalstate <> 'dropped'
         ORDER BY n.nodeid;
END $$;
COMMENT ON FUNCTION pgautofailover.get_other_nodes(bigint) IS 'the nodes beside this one';

-- The same, of those with this goal.
CREATE OR REPLACE FUNCTION pgautofailover.get_other_nodes(
    nodeid bigint, current_state pgautofailover.replication_state,
    OUT node_id bigint, OUT node_name text, OUT node_host text, OUT node_port int, OUT node_lsn pg_lsn, OUT node_is_primary bool)
RETURNS SETOF record LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT o.node_id, o.node_name, o.node_host, o.node_port, o.node_lsn, o.node_is_primary
      FROM pgautofailover.get_other_nodes(get_other_nodes.nodeid) o
      JOIN pgautofailover.registered_node n ON n.nodeid = o.node_id
     WHERE n.goalstate = get_other_nodes.current_state
     ORDER BY o.node_id;
END;
COMMENT ON FUNCTION pgautofailover.get_other_nodes(bigint, pgautofailover.replication_state) IS 'the nodes beside this one that have this goal';
