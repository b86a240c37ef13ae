-- The nodes of a group, by name, when nobody is deciding about it. The lock is let go of at once.
CREATE OR REPLACE FUNCTION pgautofailover.nodes_to_lose(formation_id text, group_id int)
RETURNS text[] LANGUAGE plpgsql AS $$
DECLARE _names text[];
BEGIN
    BEGIN
        PERFORM pgautofailover.lock_group(nodes_to_lose.formation_id, nodes_to_lose.group_id);
        SELECT array_agg(n.nodename ORDER BY n.nodeid) INTO _names FROM pgautofailover.registered_node n
         WHERE n.formationid = nodes_to_lose.formation_id AND n.groupid = nodes_to_lose.group_id AND n.goalstate <> 'dropped';
        RAISE EXCEPTION 'the names are known' USING ERRCODE = 'PA001';
    EXCEPTION WHEN SQLSTATE 'PA001' THEN
        NULL;  -- what remains are the names
    END;
    RETURN _names;
END $$;
