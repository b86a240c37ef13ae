-- Hands the primary's role to a standby: the primary stops cleanly, the standby takes over.
CREATE OR REPLACE FUNCTION pgautofailover.perform_failover(formation_id text = 'default', group_id int = 0)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _primary_id bigint;
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
    SELECT primaryid INTO _primary_id FROM node_group
     WHERE formationid = perform_failover.formation_id AND groupid = perform_failover.group_id;
    IF NOT advance_group(perform_failover.formation_id, perform_failover.group_id, _at, '{requested_failover}', _primary_id) THEN
        RAISE EXCEPTION 'a failover is not possible now: %',
            explain_refusal(perform_failover.formation_id, perform_failover.group_id, _primary_id, _at, 'requested_failover')
            USING ERRCODE = 'internal_error',
                  HINT = format('Look at the nodes with: pg_autoctl show state. All rules: SELECT * FROM pgautofailover.why(%L, %s)',
                                perform_failover.formation_id, perform_failover.group_id);
    END IF;
END $$;
COMMENT ON FUNCTION pgautofailover.perform_failover IS 'hands the primary''s role to a standby';
