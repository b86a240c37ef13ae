-- Notes the system identifier of a node's cluster; refuses one that is not the group's.
CREATE OR REPLACE FUNCTION pgautofailover.record_system_identifier(of_node bigint, identifier bigint)
RETURNS SETOF pgautofailover.registered_node LANGUAGE plpgsql AS $$
DECLARE
    _node pgautofailover.registered_node;
    _known bigint;
BEGIN
    PERFORM pgautofailover.lock_group_of(record_system_identifier.of_node);
    SELECT * INTO _node FROM pgautofailover.registered_node WHERE nodeid = record_system_identifier.of_node;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF record_system_identifier.identifier = 0 THEN
        RETURN NEXT _node;  -- 0 means unknown, and tells nothing
        RETURN;
    END IF;
    SELECT sysidentifier INTO _known FROM pgautofailover.node_group
     WHERE formationid = _node.formationid AND groupid = _node.groupid;
    IF _known <> record_system_identifier.identifier THEN
        RAISE EXCEPTION 'system identifier % is not that of the group, which is %', record_system_identifier.identifier, _known
            USING ERRCODE = 'exclusion_violation',
                  HINT = 'The node holds the data of another cluster: drop it, and create it again in an empty directory.';
    END IF;
    UPDATE pgautofailover.node_group SET sysidentifier = record_system_identifier.identifier
     WHERE formationid = _node.formationid AND groupid = _node.groupid AND sysidentifier IS NULL;
    UPDATE pgautofailover.registered_node SET sysidentifier = record_system_identifier.identifier
     WHERE nodeid = _node.nodeid AND sysidentifier IS DISTINCT FROM record_system_identifier.identifier;
    RETURN NEXT _node;
END $$;
