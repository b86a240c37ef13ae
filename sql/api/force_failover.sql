-- Elects a new primary although acknowledged commits may be lost: when the rule that protects them cannot
-- hold any more, because the nodes that have them are gone. Records who decided, and on which node that
-- relies, and answers what may be lost. It is granted only if somebody can take over now, and counts for this
-- election (end_accepted_loss). The operator vouches that the old primary is switched off, or cut off for good.
CREATE OR REPLACE FUNCTION pgautofailover.force_failover(formation_id text, group_id int, decided_by text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _primary node_standing;
    _relies_on bigint;
    _loss text;
BEGIN
    PERFORM require_right(force_failover.formation_id, NULL);
    PERFORM lock_group(force_failover.formation_id, force_failover.group_id);
    _at := monitor_clock();
    IF force_failover.decided_by = '' THEN
        RAISE EXCEPTION 'a failover that may lose commits needs the name of who decided it'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Say who you are, as in: user@host';
    END IF;
    SELECT * INTO _primary FROM node_status(force_failover.formation_id, force_failover.group_id, _at) s WHERE s.is_primary;
    IF _primary.is_fresh THEN
        RAISE EXCEPTION 'the primary, %, is alive: nothing needs to be lost',
            node_description(_primary.nodeid, _primary.nodename, _primary.nodehost, _primary.nodeport)
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Use pg_autoctl perform failover; or switch that host off first, and wait until the monitor knows.';
    END IF;
    IF NOT coalesce(_primary.is_lost, true) THEN
        RAISE EXCEPTION 'the primary, %, is silent, and not known to be lost yet',
            node_description(_primary.nodeid, _primary.nodename, _primary.nodehost, _primary.nodeport)
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Wait some seconds until the monitor knows. If its server still answers, switch that host off first.';
    END IF;
    IF NOT EXISTS (SELECT FROM what_is_left(force_failover.formation_id, force_failover.group_id, _at) w
                    WHERE w.is_alive AND w.may_lead) THEN
        RAISE EXCEPTION 'no living node of group % of formation "%" could take over', force_failover.group_id, force_failover.formation_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'Bring back a node that follows the group, is not in maintenance, and has a candidate priority above 0; then decide again.';
    END IF;
    _loss := what_may_be_lost(force_failover.formation_id, force_failover.group_id);
    SELECT w.nodeid INTO _relies_on FROM what_is_left(force_failover.formation_id, force_failover.group_id, _at) w
     WHERE w.is_alive ORDER BY w."position" DESC NULLS LAST, w.nodeid LIMIT 1;
    UPDATE node_group SET lossallowedby = force_failover.decided_by, lossreliesonid = _relies_on
     WHERE formationid = force_failover.formation_id AND groupid = force_failover.group_id;
    PERFORM log_event(_relies_on, format('%s decided to fail over although commits may be lost. %s', force_failover.decided_by, _loss), _at);
    PERFORM advance_group(force_failover.formation_id, force_failover.group_id, _at);
    -- an election is under way now, or was decided at once, with which the permission has ended
    IF EXISTS (SELECT FROM node_group g
                WHERE g.formationid = force_failover.formation_id AND g.groupid = force_failover.group_id AND g.lossallowedby IS NOT NULL)
       AND NOT coalesce((SELECT bool_or('election_running' = ANY (f.facts))
                           FROM facts_of_group(force_failover.formation_id, force_failover.group_id, _at) f), false) THEN
        RAISE EXCEPTION 'group % of formation "%" cannot hold an election now', force_failover.group_id, force_failover.formation_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('Look at the rules with: SELECT * FROM pgautofailover.why(%L, %s)',
                                force_failover.formation_id, force_failover.group_id);
    END IF;
    RETURN _loss;
END $$;
COMMENT ON FUNCTION pgautofailover.force_failover IS 'elects a new primary although acknowledged commits may be lost';
