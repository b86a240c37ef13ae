-- The node whose settings are to be changed, or an error. The caller holds the group's lock.
CREATE OR REPLACE FUNCTION pgautofailover.node_to_set(formation_id text, node_name text)
RETURNS pgautofailover.registered_node LANGUAGE plpgsql STABLE AS $$
DECLARE _node pgautofailover.registered_node;
BEGIN
    SELECT * INTO _node FROM pgautofailover.registered_node
     WHERE formationid = node_to_set.formation_id AND nodename = node_to_set.node_name AND goalstate <> 'dropped';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'formation "%" has no node "%"', node_to_set.formation_id, node_to_set.node_name
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    PERFORM pgautofailover.require_settled_settings(_node.formationid, _node.groupid);
    RETURN _node;
END $$;
