-- Locks the group of a node. A node never changes its group, so that reading it first is safe; whether
-- the node is still there is asked after the lock.
CREATE OR REPLACE FUNCTION pgautofailover.lock_group_of(node_id bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pgautofailover.lock_group(n.formationid, n.groupid)
      FROM pgautofailover.registered_node n WHERE n.nodeid = lock_group_of.node_id;
END $$;
