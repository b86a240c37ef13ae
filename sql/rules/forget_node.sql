-- Removes a node's row for good; the caller holds the group's lock. Events keep its story.
CREATE OR REPLACE FUNCTION pgautofailover.forget_node(node_id bigint, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE _node pgautofailover.registered_node;
BEGIN
    DELETE FROM pgautofailover.registered_node WHERE nodeid = forget_node.node_id RETURNING * INTO _node;
    PERFORM pgautofailover.tell(format('%s has left formation "%s"',
        pgautofailover.node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport), _node.formationid));
    PERFORM pgautofailover.advance_group(_node.formationid, _node.groupid, forget_node.at);
END $$;
