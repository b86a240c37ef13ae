-- Registers a node and chooses its first goal: the first of a group is its primary, another one waits
-- to become a standby. A keeper that did not get the answer asks again, from the same address and in the same
-- words: it is told of the node that is there, as long as that one has never reported.
CREATE OR REPLACE FUNCTION pgautofailover.register_node(
    formation_id text, node_host text, node_port int, dbname name, node_name text = '',
    sysidentifier bigint = 0, desired_node_id bigint = -1, desired_group_id int = -1,
    initial_group_role pgautofailover.replication_state = 'init', node_kind text = 'standalone',
    candidate_priority int = 100, replication_quorum bool = true, node_cluster text = 'default',
    OUT assigned_node_id bigint, OUT assigned_group_id int, OUT assigned_group_state pgautofailover.replication_state,
    OUT assigned_candidate_priority int, OUT assigned_replication_quorum bool, OUT assigned_node_name text)
LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz;
    _formation formation;
    _group node_group;
    _sysidentifier bigint;
    _node_id bigint;
    _others int;
    _holders int;
    _goal text;
    _taken text;
BEGIN
    PERFORM require_right(register_node.formation_id, register_node.node_name);
    PERFORM lock_group(register_node.formation_id, 0);
    _at := monitor_clock();
    SELECT * INTO _formation FROM formation WHERE formationid = register_node.formation_id FOR KEY SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'formation "%" does not exist', register_node.formation_id
            USING ERRCODE = 'invalid_object_definition',
                  HINT = 'Use --formation with the name of a formation that exists, such as default.';
    END IF;
    IF register_node.node_kind <> 'standalone' THEN
        RAISE EXCEPTION 'node kind "%" is not supported', register_node.node_kind
            USING ERRCODE = 'invalid_parameter_value', HINT = 'The only kind of node is standalone.';
    END IF;
    IF register_node.desired_group_id > 0 THEN
        RAISE EXCEPTION 'group % is not possible in formation "%"', register_node.desired_group_id, register_node.formation_id
            USING ERRCODE = 'internal_error', HINT = 'A formation of kind pgsql has the one group 0.';
    END IF;
    IF register_node.node_port NOT BETWEEN 1 AND 65535 OR register_node.node_host = '' THEN
        RAISE EXCEPTION 'a node needs a host and a port from 1 to 65535, not "%:%"', register_node.node_host, register_node.node_port
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the address that the other nodes can reach, with --hostname and --pgport.';
    END IF;
    PERFORM require_host(register_node.node_host, register_node.node_name);
    IF octet_length(register_node.node_name) > 255 OR octet_length(register_node.node_host) > 255 THEN
        RAISE EXCEPTION 'the name and the host of a node may have at most 255 bytes'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Choose a shorter --name or --hostname.';
    END IF;
    IF register_node.desired_node_id <> -1 AND register_node.desired_node_id NOT BETWEEN 1 AND 2147483647 THEN
        RAISE EXCEPTION 'node id % is not between 1 and 2147483647', register_node.desired_node_id
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave it out: the monitor chooses one.';
    END IF;
    IF register_node.candidate_priority NOT BETWEEN 0 AND 100 THEN
        RAISE EXCEPTION 'candidate priority % is not between 0 and 100', register_node.candidate_priority
            USING ERRCODE = 'invalid_parameter_value', HINT = '0 never leads; among the others the highest leads.';
    END IF;

    SELECT n.nodeid INTO _node_id FROM registered_node n LEFT JOIN node_report r USING (nodeid)
     WHERE n.formationid = register_node.formation_id AND _formation.dbname = register_node.dbname
       AND n.nodehost = register_node.node_host AND n.nodeport = register_node.node_port
       AND register_node.node_name IN ('', n.nodename) AND register_node.desired_node_id IN (-1, n.nodeid)
       AND n.sysidentifier IS NOT DISTINCT FROM nullif(register_node.sysidentifier, 0)
       AND n.registeredfrom IS NOT DISTINCT FROM inet_client_addr()
       AND n.reportedstate = register_node.initial_group_role AND n.goalstate <> 'dropped'
       AND n.reportnumber = 0 AND r.reporttime IS NULL;
    IF FOUND THEN
        SELECT n.nodeid, n.groupid, n.goalstate, n.candidatepriority, n.replicationquorum, n.nodename
          INTO STRICT assigned_node_id, assigned_group_id, assigned_group_state, assigned_candidate_priority,
                      assigned_replication_quorum, assigned_node_name
          FROM registered_node n WHERE n.nodeid = _node_id;
        RETURN;
    END IF;
    SELECT node_description(nodeid, nodename, nodehost, nodeport) INTO _taken FROM registered_node
     WHERE (formationid = register_node.formation_id AND nodename = register_node.node_name)
        OR (nodehost = register_node.node_host AND nodeport = register_node.node_port)
        OR nodeid = register_node.desired_node_id;
    IF FOUND THEN
        RAISE EXCEPTION 'a node with this name, host and port, or id is registered already: %', _taken
            USING ERRCODE = 'unique_violation',
                  HINT = 'Choose another --name or --pgport, or remove the node that has it with: pg_autoctl drop node';
    END IF;

    -- A node that still waits to become a standby has no data: a group of such nodes alone is an empty one.
    SELECT count(*), count(*) FILTER (WHERE reportedstate NOT IN ('init', 'wait_standby') OR goalstate = 'single')
      INTO _others, _holders FROM registered_node
     WHERE formationid = register_node.formation_id AND groupid = 0 AND goalstate <> 'dropped';
    IF _formation.dbname <> register_node.dbname THEN
        IF _others > 0 THEN
            RAISE EXCEPTION 'formation "%" serves the database "%", not "%"',
                register_node.formation_id, _formation.dbname, register_node.dbname
                USING ERRCODE = 'internal_error', HINT = format('Use --dbname %s.', _formation.dbname);
        END IF;
        UPDATE formation SET dbname = register_node.dbname WHERE formationid = register_node.formation_id;
    END IF;
    IF _others > 0 AND NOT _formation.opt_secondary THEN
        RAISE EXCEPTION 'formation "%" has no standbys', register_node.formation_id
            USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    -- A node that was dropped while it took writes, and has not said that it has stopped, may still do so.
    IF _holders = 0 THEN
        SELECT node_description(n.nodeid, n.nodename, n.nodehost, n.nodeport) INTO _taken
          FROM registered_node n JOIN node_state s ON s.name = n.reportedstate
         WHERE n.formationid = register_node.formation_id AND n.groupid = 0 AND s.takes_writes;
        IF FOUND THEN
            RAISE EXCEPTION '% was dropped and has not stopped yet', _taken
                USING ERRCODE = 'object_in_use',
                      HINT = 'It is tried again. If its host is gone for good: pg_autoctl drop node --force.';
        END IF;
    END IF;

    INSERT INTO node_group (formationid, groupid) VALUES (register_node.formation_id, 0) ON CONFLICT DO NOTHING;
    IF _holders = 0 THEN
        -- an empty group may take any data; nodes still leaving keep theirs until they have left
        UPDATE registered_node SET sysidentifier = NULL WHERE formationid = register_node.formation_id AND groupid = 0;
        UPDATE node_group SET sysidentifier = NULL, primaryid = NULL, tli = NULL, preferredid = NULL,
               lossallowedby = NULL, lossreliesonid = NULL
         WHERE formationid = register_node.formation_id AND groupid = 0;
        DELETE FROM synchronous_set WHERE formationid = register_node.formation_id AND groupid = 0;
    END IF;
    SELECT * INTO _group FROM node_group WHERE formationid = register_node.formation_id AND groupid = 0;

    _sysidentifier := nullif(register_node.sysidentifier, 0);
    IF _sysidentifier <> _group.sysidentifier THEN
        RAISE EXCEPTION 'system identifier % is not that of group 0 of formation "%", which is %',
            _sysidentifier, register_node.formation_id, _group.sysidentifier
            USING ERRCODE = 'exclusion_violation',
                  HINT = 'The directory holds the data of another cluster: use an empty --pgdata, or another --formation.';
    END IF;
    UPDATE node_group g SET sysidentifier = _sysidentifier
     WHERE g.formationid = register_node.formation_id AND groupid = 0 AND g.sysidentifier IS NULL AND _sysidentifier IS NOT NULL;

    IF _holders = 0 AND register_node.candidate_priority > 0 THEN
        _goal := 'single';
    ELSIF EXISTS (SELECT FROM registered_node n JOIN node_state s ON s.name = n.goalstate
                   WHERE n.formationid = register_node.formation_id AND n.groupid = 0 AND s.takes_writes)
          OR EXISTS (SELECT FROM registered_node
                      WHERE formationid = register_node.formation_id AND groupid = 0
                        AND goalstate IN ('prepare_promotion', 'stop_replication', 'fast_forward')) THEN
        _goal := 'wait_standby';
    ELSIF _holders = 0 THEN
        RAISE EXCEPTION 'the first node of group 0 of formation "%" must be able to lead, and its candidate priority is 0', register_node.formation_id
            USING ERRCODE = 'object_in_use', HINT = 'Choose a candidate priority above 0, or create another node first.';
    ELSE
        RAISE EXCEPTION 'group 0 of formation "%" has no primary that a new node could follow', register_node.formation_id
            USING ERRCODE = 'object_in_use', HINT = 'Try again when the group has a primary.';
    END IF;
    IF register_node.initial_group_role <> 'init' AND register_node.initial_group_role <> _goal THEN
        RAISE EXCEPTION 'the node cannot be registered in state "%": it should be in state "%"',
            register_node.initial_group_role, _goal USING ERRCODE = 'internal_error';
    END IF;

    IF register_node.desired_node_id = -1 THEN
        _node_id := nextval('registered_node_nodeid_seq');
    ELSE
        _node_id := register_node.desired_node_id;
        PERFORM setval('registered_node_nodeid_seq', greatest(_node_id, (SELECT last_value FROM registered_node_nodeid_seq)));
    END IF;
    INSERT INTO registered_node
        (formationid, nodeid, groupid, nodename, nodehost, nodeport, sysidentifier, reportedstate,
         statechangetime, candidatepriority, replicationquorum, nodecluster, registeredfrom)
    VALUES
        (register_node.formation_id, _node_id, 0,
         CASE register_node.node_name WHEN '' THEN 'node_' || _node_id ELSE register_node.node_name END,
         register_node.node_host, register_node.node_port, _sysidentifier, register_node.initial_group_role,
         _at, register_node.candidate_priority, register_node.replication_quorum, register_node.node_cluster,
         inet_client_addr());
    INSERT INTO node_report (nodeid) VALUES (_node_id);
    PERFORM assign(_node_id, _goal, 'the node was registered', _at);
    -- With a second standby to wait for, one may be lost and each commit still be held twice. An operator
    -- who has chosen 0 keeps it.
    IF _goal = 'wait_standby' AND _formation.number_sync_standbys = 0 AND NOT _formation.stays_at_zero
       AND (SELECT count(*) = 2 FROM registered_node n JOIN node_group g USING (formationid, groupid)
             WHERE n.formationid = register_node.formation_id AND n.groupid = 0 AND n.goalstate <> 'dropped'
               AND n.replicationquorum AND n.nodeid IS DISTINCT FROM g.primaryid) THEN
        UPDATE formation SET number_sync_standbys = 1 WHERE formationid = register_node.formation_id;
        PERFORM log_event(_node_id, 'with a second standby in the quorum number_sync_standbys is 1 from now on', _at);
    END IF;
    PERFORM advance_group(register_node.formation_id, 0, _at);

    SELECT n.nodeid, n.groupid, n.goalstate, n.candidatepriority, n.replicationquorum, n.nodename
      INTO STRICT assigned_node_id, assigned_group_id, assigned_group_state, assigned_candidate_priority,
                  assigned_replication_quorum, assigned_node_name
      FROM registered_node n WHERE n.nodeid = _node_id;
END $$;
COMMENT ON FUNCTION pgautofailover.register_node IS 'registers a node and tells its first goal';
