-- Lets the rules grant an operator's request that concerns the primary, or says why they do not. The
-- caller holds the group's lock and gives the time.
CREATE OR REPLACE FUNCTION pgautofailover.request_failover(formation_id text, group_id int, request text, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE _primary_id bigint;
BEGIN
    SELECT primaryid INTO _primary_id FROM pgautofailover.node_group
     WHERE formationid = request_failover.formation_id AND groupid = request_failover.group_id;
    IF NOT pgautofailover.advance_group(request_failover.formation_id, request_failover.group_id, request_failover.at,
                                        ARRAY[request_failover.request], coalesce(_primary_id, 0)) THEN
        RAISE EXCEPTION 'a failover is not possible now: %',
            coalesce(pgautofailover.explain_refusal(request_failover.formation_id, request_failover.group_id, _primary_id,
                                                    request_failover.at, request_failover.request),
                     'the group has no primary; a new one is chosen among those that are left')
            USING ERRCODE = 'internal_error',
                  HINT = format('Look at the nodes with: pg_autoctl show state. All rules: SELECT * FROM pgautofailover.why(%L, %s)',
                                request_failover.formation_id, request_failover.group_id);
    END IF;
END $$;
