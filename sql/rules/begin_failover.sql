-- Hands the primary's role of a group that is locked to a standby.
CREATE OR REPLACE FUNCTION pgautofailover.begin_failover(formation_id text, group_id int)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _at timestamptz := pgautofailover.monitor_clock();
    _nodes int;
BEGIN
    SELECT count(*) INTO _nodes FROM pgautofailover.registered_node
     WHERE formationid = begin_failover.formation_id AND groupid = begin_failover.group_id AND goalstate <> 'dropped';
    IF _nodes < 2 THEN
        RAISE EXCEPTION 'group % of formation "%" has % nodes: a failover needs a primary and a standby',
            begin_failover.group_id, begin_failover.formation_id, _nodes
            USING ERRCODE = 'internal_error', HINT = 'Add a standby with: pg_autoctl create postgres';
    END IF;
    UPDATE pgautofailover.node_group SET preferredid = NULL
     WHERE formationid = begin_failover.formation_id AND groupid = begin_failover.group_id AND preferredid IS NOT NULL;
    PERFORM pgautofailover.request_failover(begin_failover.formation_id, begin_failover.group_id, 'requested_failover', _at);
END $$;
