-- Elects a new primary although acknowledged commits may be lost: when the rule that protects them cannot
-- hold any more, because the nodes that have them are gone. Records who decided, and answers what may be
-- lost. The operator vouches that the old primary is switched off, or cut off for good.
CREATE OR REPLACE FUNCTION pgautofailover.force_failover(formation_id text, group_id int, decided_by text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _primary node_standing;
    _speaker_id bigint;
    _loss text;
BEGIN
    PERFORM lock_group(force_failover.formation_id, force_failover.group_id);
    _at := monitor_clock();
    IF force_failover.decided_by = '' THEN
        RAISE EXCEPTION 'a failover that may lose commits needs the name of who decided it'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Say who you are, as in: user@host';
    END IF;
    SELECT * INTO _primary FROM node_status(force_failover.formation_id, force_failover.group_id, _at) s WHERE s.is_primary;
    SELECT s.nodeid INTO _speaker_id FROM node_status(force_failover.formation_id, force_failover.group_id, _at) s
     WHERE NOT s.is_primary ORDER BY s.is_healthy DESC, s.nodeid LIMIT 1;
    IF _speaker_id IS NULL THEN
        RAISE EXCEPTION 'group % of formation "%" has no other node that could take over', force_failover.group_id, force_failover.formation_id
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Look at the nodes with: pg_autoctl show state';
    END IF;
    IF _primary.is_fresh OR NOT coalesce(_primary.is_lost, true) THEN
        RAISE EXCEPTION 'the primary, %, is alive: nothing needs to be lost',
            node_description(_primary.nodeid, _primary.nodename, _primary.nodehost, _primary.nodeport)
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Use pg_autoctl perform failover; or switch that host off first, and wait until the monitor knows.';
    END IF;
    _loss := what_may_be_lost(force_failover.formation_id, force_failover.group_id);
    UPDATE node_group SET lossallowedby = force_failover.decided_by
     WHERE formationid = force_failover.formation_id AND groupid = force_failover.group_id;
    PERFORM log_event(_speaker_id, format('%s decided to fail over although commits may be lost. %s', force_failover.decided_by, _loss), _at);
    IF NOT advance_group(force_failover.formation_id, force_failover.group_id, _at)
       AND NOT coalesce((SELECT bool_or('election_running' = ANY (f.facts))
                           FROM facts_of_group(force_failover.formation_id, force_failover.group_id, _at) f), false) THEN
        RAISE EXCEPTION 'no node of group % of formation "%" can take over now', force_failover.group_id, force_failover.formation_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('Look at the rules with: SELECT * FROM pgautofailover.why(%L, %s)',
                                force_failover.formation_id, force_failover.group_id);
    END IF;
    RETURN _loss;
END $$;
COMMENT ON FUNCTION pgautofailover.force_failover IS 'elects a new primary although acknowledged commits may be lost';
