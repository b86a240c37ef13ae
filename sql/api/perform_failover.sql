-- Hands the primary's role to a standby: the primary stops cleanly, the standby takes over.
CREATE OR REPLACE FUNCTION pgautofailover.perform_failover(formation_id text = 'default', group_id int = 0)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    PERFORM require_right(perform_failover.formation_id, NULL);
    PERFORM lock_group(perform_failover.formation_id, perform_failover.group_id);
    PERFORM begin_failover(perform_failover.formation_id, perform_failover.group_id);
END $$;
COMMENT ON FUNCTION pgautofailover.perform_failover IS 'hands the primary''s role to a standby';
