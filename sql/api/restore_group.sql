-- Brings a group into a monitor that does not know it: its monitor was lost, and its primary, which takes
-- writes and is sure that nobody else does, tells what it knew. Ids, names, addresses and settings stay, so
-- that slots, standby names and the keepers' files go on to fit. `standby_names` is what the primary has in
-- force and confirmed: nobody is promoted but by the quorum rule for it. In a state that may run alone, or
-- while the names change, nobody is until the primary has told its names again.
--
-- The others keep the state that they were last known in, as far as they follow this primary; who took
-- writes, or was on its way, comes back as a standby. The formation must be empty. Told again, it says
-- true and changes nothing.
CREATE OR REPLACE FUNCTION pgautofailover.restore_group(
    snapshot text, node_id bigint, state pgautofailover.replication_state, standby_names text)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _known jsonb;
    _formation formation;
    _primary jsonb;
    _was_primary bool;
    _members bigint[] := '{}';
    _needed int := 0;
    _taken text;
BEGIN
    IF restore_group.snapshot IS NULL OR restore_group.node_id IS NULL OR restore_group.state IS NULL THEN
        RAISE EXCEPTION 'a snapshot, a node and its state are needed' USING ERRCODE = 'null_value_not_allowed';
    END IF;
    _known := restore_group.snapshot::jsonb;
    _formation := jsonb_populate_record(NULL::formation, _known -> 'formation');
    SELECT n INTO _primary FROM jsonb_array_elements(_known -> 'nodes') n WHERE (n ->> 'nodeid')::bigint = restore_group.node_id;
    IF _formation.formationid IS NULL OR _primary IS NULL THEN
        RAISE EXCEPTION 'the snapshot tells of no formation with a node %', restore_group.node_id
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Use what pgautofailover.group_snapshot told this node.';
    END IF;
    IF NOT coalesce((SELECT s.takes_writes AND s.is_settled FROM node_state s WHERE s.name = restore_group.state), false)
       AND restore_group.state <> 'apply_settings' THEN
        RAISE EXCEPTION 'a group is restored by its primary, and node % is in state "%"', restore_group.node_id, restore_group.state
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Begin with the node that takes writes.';
    END IF;
    PERFORM require_right(_formation.formationid, NULL);
    PERFORM lock_group(_formation.formationid, 0);
    _at := monitor_clock();
    IF EXISTS (SELECT FROM registered_node n
                WHERE n.formationid = _formation.formationid AND n.nodeid = restore_group.node_id
                  AND (n.nodename, n.nodehost, n.nodeport) = (_primary ->> 'nodename', _primary ->> 'nodehost', (_primary ->> 'nodeport')::int)) THEN
        RETURN true;
    END IF;
    SELECT node_description(n.nodeid, n.nodename, n.nodehost, n.nodeport) INTO _taken
      FROM registered_node n
      LEFT JOIN jsonb_array_elements(_known -> 'nodes') k
        ON n.nodeid = (k ->> 'nodeid')::bigint OR (n.nodehost, n.nodeport) = (k ->> 'nodehost', (k ->> 'nodeport')::int)
     WHERE n.formationid = _formation.formationid OR k IS NOT NULL
     ORDER BY n.nodeid LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the monitor knows other nodes, such as %', _taken
            USING ERRCODE = 'object_in_use', HINT = 'A group is restored into a new monitor, and before nodes are created there.';
    END IF;

    INSERT INTO formation SELECT _formation.*
        ON CONFLICT (formationid) DO UPDATE
       SET kind = excluded.kind, dbname = excluded.dbname, opt_secondary = excluded.opt_secondary,
           number_sync_standbys = excluded.number_sync_standbys, stays_at_zero = excluded.stays_at_zero;
    DELETE FROM node_group g WHERE g.formationid = _formation.formationid AND g.groupid = 0;
    INSERT INTO node_group (formationid, groupid, primaryid, sysidentifier)
    VALUES (_formation.formationid, 0, restore_group.node_id, (_known ->> 'sysidentifier')::bigint);
    _was_primary := coalesce((SELECT s.takes_writes FROM node_state s WHERE s.name = _primary ->> 'goalstate'), false);
    INSERT INTO registered_node
        (formationid, nodeid, groupid, nodename, nodehost, nodeport, sysidentifier, reportedstate, goalstate,
         statechangetime, candidatepriority, replicationquorum, nodecluster)
    SELECT _formation.formationid, n.nodeid, 0, n.nodename, n.nodehost, n.nodeport, n.sysidentifier,
           CASE WHEN n.nodeid = restore_group.node_id THEN restore_group.state ELSE n.reportedstate END,
           CASE WHEN n.nodeid = restore_group.node_id THEN restore_group.state
                WHEN n.goalstate IN ('maintenance', 'wait_standby') THEN n.goalstate
                WHEN n.goalstate = 'secondary' AND _was_primary THEN n.goalstate
                WHEN s.takes_writes OR s.is_stopped THEN 'demoted'
                ELSE 'catchingup' END,
           _at, n.candidatepriority, n.replicationquorum, n.nodecluster
      FROM jsonb_populate_recordset(NULL::registered_node, _known -> 'nodes') n
      JOIN node_state s ON s.name = n.goalstate;
    PERFORM setval('registered_node_nodeid_seq', greatest(
        (SELECT max(n.nodeid) FROM registered_node n), (SELECT last_value FROM registered_node_nodeid_seq)));

    IF restore_group.state = 'primary' AND restore_group.standby_names ~ '^ANY \d+ \(' THEN
        _needed := substring(restore_group.standby_names FROM '^ANY (\d+) \(')::int;
        _members := ARRAY(SELECT m[1]::bigint
                            FROM regexp_matches(restore_group.standby_names, 'pgautofailover_standby_(\d+)', 'g') AS m);
    END IF;
    INSERT INTO synchronous_set (formationid, groupid, members, needed, is_confirmed, recordedtime)
    VALUES (_formation.formationid, 0, _members, _needed, true, _at);
    PERFORM log_event(restore_group.node_id, 'the primary brought its group into this monitor', _at);
    RETURN false;
END $$;
COMMENT ON FUNCTION pgautofailover.restore_group IS 'brings a group into a monitor that takes the place of a lost one';
