-- The primary of a group; during a failover the old one, until a new one is assigned.
CREATE OR REPLACE FUNCTION pgautofailover.get_primary(
    formation_id text = 'default', group_id int = 0,
    OUT primary_node_id bigint, OUT primary_name text, OUT primary_host text, OUT primary_port int)
LANGUAGE plpgsql STABLE STRICT SECURITY DEFINER
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    SELECT n.nodeid, n.nodename, n.nodehost, n.nodeport
      INTO primary_node_id, primary_name, primary_host, primary_port
      FROM node_group g JOIN registered_node n ON n.nodeid = g.primaryid
     WHERE g.formationid = get_primary.formation_id AND g.groupid = get_primary.group_id
       AND n.goalstate <> 'dropped';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'group % of formation "%" has no primary', get_primary.group_id, get_primary.formation_id
            USING ERRCODE = 'internal_error', HINT = 'Look at the group with: pg_autoctl show state';
    END IF;
END $$;
COMMENT ON FUNCTION pgautofailover.get_primary IS 'the primary of a group';
