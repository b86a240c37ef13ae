-- Hands the primary's role to a standby: the primary stops cleanly, the standby takes over.
CREATE OR REPLACE FUNCTION pgautofailover.perform_failover(formation_id text = 'default', group_id int = 0)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _nodes int;
BEGIN
    PERFORM lock_group(perform_failover.formation_id, perform_failover.group_id);
    _at := monitor_clock();
    SELECT count(*) INTO _nodes FROM registered_node
     WHERE formationid = perform_failover.formation_id AND groupid = perform_failover.group_id AND goalstate <> 'dropped';
    IF _nodes < 2 THEN
        RAISE EXCEPTION 'group % of formation "%" has % nodes: a failover needs a primary and a standby',
            perform_failover.group_id, perform_failover.formation_id, _nodes
            USING ERRCODE = 'internal_error', HINT = 'Add a standby with: pg_autoctl create postgres';
    END IF;
    UPDATE node_group SET preferredid = NULL
     WHERE formationid = perform_failover.formation_id AND groupid = perform_failover.group_id AND preferredid IS NOT NULL;
    PERFORM request_failover(perform_failover.formation_id, perform_failover.group_id, 'requested_failover', _at);
END $$;
COMMENT ON FUNCTION pgautofailover.perform_failover IS 'hands the primary''s role to a standby';
