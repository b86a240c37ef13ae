-- Locks the group of a node, for a session that may act for it. A node never changes its group, so that reading it first is safe; whether
-- the node is still there is asked after the lock.
CREATE OR REPLACE FUNCTION pgautofailover.lock_group_of(node_id bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pgautofailover.require_right(n.formationid, n.nodename)
      FROM pgautofailover.registered_node n WHERE n.nodeid = lock_group_of.node_id;
    PERFORM pgautofailover.lock_group(n.formationid, n.groupid)
      FROM pgautofailover.registered_node n WHERE n.nodeid = lock_group_of.node_id;
END $$;
