-- Changes a node's name, host or port; what is null stays.
CREATE OR REPLACE FUNCTION pgautofailover.update_node_metadata(node_id bigint, node_name text, node_host text, node_port int)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    IF update_node_metadata.node_id IS NULL THEN
        RAISE EXCEPTION 'a node id must be given' USING ERRCODE = 'internal_error';
    END IF;
    IF update_node_metadata.node_name IS NOT NULL THEN
        -- a name is what rights are given for
        PERFORM require_right(formationid, NULL) FROM registered_node
          WHERE nodeid = update_node_metadata.node_id AND nodename <> update_node_metadata.node_name;
    END IF;
    PERFORM require_host(update_node_metadata.node_host, update_node_metadata.node_name);
    PERFORM lock_group_of(update_node_metadata.node_id);
    UPDATE credential c SET nodename = update_node_metadata.node_name
      FROM registered_node n
     WHERE n.nodeid = update_node_metadata.node_id AND update_node_metadata.node_name <> n.nodename
       AND (c.formationid, c.nodename) = (n.formationid, n.nodename);
    UPDATE registered_node n
       SET nodename = coalesce(update_node_metadata.node_name, nodename),
           nodehost = coalesce(update_node_metadata.node_host, nodehost),
           nodeport = coalesce(update_node_metadata.node_port, nodeport)
     WHERE n.nodeid = update_node_metadata.node_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'node % is not registered', update_node_metadata.node_id
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.update_node_metadata IS 'changes a node''s name, host or port';
