-- Assigns a goal to a node. A node that begins to take writes becomes the group's primary: it starts
-- alone, and what the old primary had in force no longer counts.
CREATE OR REPLACE FUNCTION pgautofailover.assign(
    node_id bigint, goal text, because text, at timestamptz, rule_pos int = NULL, facts text[] = NULL)
RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    _node pgautofailover.registered_node;
    _primary_id bigint;
BEGIN
    UPDATE pgautofailover.registered_node
       SET goalstate = assign.goal, statechangetime = assign.at
     WHERE nodeid = assign.node_id AND goalstate <> assign.goal
     RETURNING * INTO _node;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF (SELECT takes_writes FROM pgautofailover.node_state WHERE name = assign.goal) THEN
        SELECT primaryid INTO _primary_id FROM pgautofailover.node_group
         WHERE formationid = _node.formationid AND groupid = _node.groupid;
        IF _primary_id IS DISTINCT FROM _node.nodeid THEN
            UPDATE pgautofailover.node_group SET primaryid = _node.nodeid
             WHERE formationid = _node.formationid AND groupid = _node.groupid;
            DELETE FROM pgautofailover.synchronous_set
             WHERE formationid = _node.formationid AND groupid = _node.groupid;
            INSERT INTO pgautofailover.synchronous_set (formationid, groupid, members, needed, is_confirmed)
            VALUES (_node.formationid, _node.groupid, '{}', 0, true);
        END IF;
    END IF;
    PERFORM pgautofailover.log_event(assign.node_id,
        format('%s: goal %s because %s',
               pgautofailover.node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
               assign.goal, assign.because),
        assign.at, assign.rule_pos, assign.facts);
    RETURN true;
END $$;
