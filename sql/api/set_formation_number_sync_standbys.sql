-- Changes how many standbys must confirm each commit.
CREATE OR REPLACE FUNCTION pgautofailover.set_formation_number_sync_standbys(formation_id text, number_sync_standbys int)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _standbys int;
    _primary registered_node;
BEGIN
    PERFORM require_right(set_formation_number_sync_standbys.formation_id, NULL);
    PERFORM lock_group(set_formation_number_sync_standbys.formation_id, 0);
    _at := monitor_clock();
    IF NOT EXISTS (SELECT FROM formation WHERE formationid = set_formation_number_sync_standbys.formation_id) THEN
        RAISE EXCEPTION 'formation "%" does not exist', set_formation_number_sync_standbys.formation_id
            USING ERRCODE = 'invalid_parameter_value', HINT = 'List the formations with: pg_autoctl show uri';
    END IF;
    IF set_formation_number_sync_standbys.number_sync_standbys < 0 THEN
        RAISE EXCEPTION 'number_sync_standbys must not be negative, as % is', set_formation_number_sync_standbys.number_sync_standbys
            USING ERRCODE = 'invalid_parameter_value', HINT = 'With 0 a primary goes on alone when all its standbys are lost.';
    END IF;
    SELECT p.* INTO _primary
      FROM node_group g JOIN registered_node p ON p.nodeid = g.primaryid JOIN node_state s ON s.name = p.goalstate
     WHERE g.formationid = set_formation_number_sync_standbys.formation_id AND g.groupid = 0 AND s.takes_writes;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'formation "%" has no primary now', set_formation_number_sync_standbys.formation_id
            USING ERRCODE = 'internal_error', HINT = 'Try again when it has one.';
    END IF;
    SELECT count(*) INTO _standbys FROM registered_node
     WHERE formationid = _primary.formationid AND groupid = 0 AND goalstate <> 'dropped' AND replicationquorum AND nodeid <> _primary.nodeid;
    IF set_formation_number_sync_standbys.number_sync_standbys > 0
       AND set_formation_number_sync_standbys.number_sync_standbys + 1 > _standbys THEN
        RAISE EXCEPTION 'number_sync_standbys = % needs at least % standbys that take part in the quorum, and there are %',
            set_formation_number_sync_standbys.number_sync_standbys, set_formation_number_sync_standbys.number_sync_standbys + 1, _standbys
            USING ERRCODE = 'invalid_parameter_value', HINT = 'With one standby more than commits wait for, one may be lost without stopping all writes.';
    END IF;
    IF NOT (_primary.reportedstate = _primary.goalstate AND _primary.goalstate IN ('primary', 'wait_primary')) THEN
        RAISE EXCEPTION '% is in state %, and settings can be changed when it is primary or wait_primary',
            node_description(_primary.nodeid, _primary.nodename, _primary.nodehost, _primary.nodeport),
            node_label(_primary.reportedstate, _primary.goalstate)
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Try again in a moment.';
    END IF;
    UPDATE formation f
       SET number_sync_standbys = set_formation_number_sync_standbys.number_sync_standbys,
           stays_at_zero = set_formation_number_sync_standbys.number_sync_standbys = 0
     WHERE f.formationid = _primary.formationid;
    PERFORM apply_changed_settings(_primary.formationid, 0, _primary.nodeid,
        format('an operator set number_sync_standbys to %s', set_formation_number_sync_standbys.number_sync_standbys), _at);
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.set_formation_number_sync_standbys IS 'changes how many standbys must confirm each commit';
