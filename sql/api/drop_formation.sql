-- Drops a formation that has no nodes. Events keep its story.
CREATE OR REPLACE FUNCTION pgautofailover.drop_formation(formation_id text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE _node registered_node;
BEGIN
    PERFORM require_right(drop_formation.formation_id, NULL);
    PERFORM lock_group(drop_formation.formation_id, 0);
    SELECT * INTO _node FROM registered_node WHERE formationid = drop_formation.formation_id ORDER BY nodeid LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'formation "%" still has nodes, such as %', drop_formation.formation_id,
            node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport)
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'node_formationid_fkey',
                  HINT = 'Drop its nodes first with: pg_autoctl drop node';
    END IF;
    DELETE FROM node_group WHERE formationid = drop_formation.formation_id;
    DELETE FROM formation WHERE formationid = drop_formation.formation_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'formation "%" does not exist', drop_formation.formation_id
            USING ERRCODE = 'internal_error', HINT = 'List the formations with: pg_autoctl show uri';
    END IF;
END $$;
COMMENT ON FUNCTION pgautofailover.drop_formation IS 'drops a formation that has no nodes';
