-- A keeper reports what it sees of its server and learns the state it should be in.
--
-- A report that repeats what is known takes no lock, runs no rule and leaves no WAL but the commit's
-- own record, which nobody waits for. Any other locks the group, takes the time, reads, and lets the
-- rules speak. The last six arguments are optional: standby names in force and confirmed, on a
-- primary, '?' when they are not; milliseconds since the primary was last heard, on a standby; what is
-- wrong, in one line; a number that rises from report to report, so that one that was held up on its
-- way is not taken for a new one; the standbys that have answered lately, on a primary;
-- recovery_min_apply_delay in milliseconds, on a standby. current_pg_is_running null means that the
-- server is being restarted in place.
CREATE OR REPLACE FUNCTION pgautofailover.node_active(
    formation_id text, node_id bigint, group_id int,
    current_group_role pgautofailover.replication_state = 'init', current_pg_is_running bool = true,
    current_tli int = 1, current_lsn pg_lsn = '0/0', current_rep_state text = '',
    current_standby_names text = NULL, current_upstream_silence int = NULL, current_problem text = NULL,
    current_report_number bigint = NULL, current_connected bigint[] = NULL, current_apply_delay int = NULL,
    OUT assigned_node_id bigint, OUT assigned_group_id int, OUT assigned_group_state pgautofailover.replication_state,
    OUT assigned_candidate_priority int, OUT assigned_replication_quorum bool)
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pgautofailover, pg_catalog, pg_temp
-- one plan, which finds rows by their keys in memory: one for each call's values would cost many times what it saves
SET plan_cache_mode = force_generic_plan SET random_page_cost = 1 AS $$
DECLARE
    _at timestamptz;
    _node registered_node;
    _silence interval;
    _problem_before text;
    _number_before bigint;
BEGIN
    -- Nobody waits for the disk for a heartbeat. (A transaction that did more before keeps its promise.)
    IF pg_current_xact_id_if_assigned() IS NULL THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    _at := monitor_clock();
    _silence := make_interval(secs => node_active.current_upstream_silence / 1000.0);
    UPDATE node_report r
       SET reporttime = _at,
           reportingsince = CASE WHEN is_fresh(r.reporttime, _at) THEN r.reportingsince ELSE _at END,
           runningsince = CASE WHEN is_fresh(r.reporttime, _at) THEN r.runningsince ELSE _at END,
           nopeersince = CASE WHEN r.nopeersince IS NULL OR is_fresh(r.reporttime, _at) THEN r.nopeersince ELSE _at END,
           lsn = CASE WHEN node_active.current_lsn = '0/0' THEN r.lsn ELSE node_active.current_lsn END,
           walreporttime = CASE WHEN node_active.current_lsn = '0/0' THEN r.walreporttime ELSE _at END,
           upstreamsilence = _silence,
           reportnumber = coalesce(node_active.current_report_number, r.reportnumber)
      FROM registered_node n
      JOIN node_group g USING (formationid, groupid)
      JOIN registered_node p ON p.nodeid = g.primaryid
     WHERE n.nodeid = r.nodeid AND r.nodeid = node_active.node_id
       -- (an equality would have the planner look for the node among all of its formation)
       AND n.formationid IS NOT DISTINCT FROM node_active.formation_id
       AND NOT EXISTS (SELECT FROM credential c
                        WHERE c.roleid = quote_ident(session_user)::regrole
                          AND (c.formationid <> n.formationid OR c.nodename <> n.nodename))
       AND n.reportedstate = node_active.current_group_role
       -- nothing is under way, for this node or its primary; or the node only comes for the goal that the rules have just
       -- given it, which they have nothing to add to
       AND CASE WHEN n.reportedstate = 'secondary' AND n.goalstate = 'prepare_promotion' THEN n.statechangetime > r.reporttime
                ELSE n.reportedstate = n.goalstate AND p.reportedstate = p.goalstate
                     AND ARRAY[n.goalstate::text, p.goalstate::text] <@ (SELECT array_agg(name::text) FROM node_state WHERE is_settled)
                     AND (_silence < unhealthy_timeout()) IS NOT DISTINCT FROM (r.upstreamsilence < unhealthy_timeout()) END
       AND coalesce(node_active.current_report_number > greatest(r.reportnumber, n.reportnumber), true)
       -- and the report is of the same kind as the one before; also after a silence, if the group was at rest but for that:
       -- as long as anybody is silent the heartbeat looks at it. A monitor that cannot keep up, or to which all come back
       -- at once, must not have more to do for it.
       AND (is_fresh(r.reporttime, _at)
            OR r.health = 1
               AND NOT EXISTS (SELECT FROM registered_node o JOIN node_state os ON os.name = o.goalstate
                                WHERE (o.formationid, o.groupid) = (n.formationid, n.groupid)
                                  AND (o.reportedstate <> o.goalstate OR NOT os.is_settled OR o.goalstate = 'wait_primary')))
       AND r.pgisrunning AND node_active.current_pg_is_running
       AND (r.tli = node_active.current_tli OR node_active.current_tli = 0)
       AND r.repstate = node_active.current_rep_state
       AND r.standbynames IS NOT DISTINCT FROM node_active.current_standby_names
       AND r.problem IS NOT DISTINCT FROM node_active.current_problem
       AND r.connected IS NOT DISTINCT FROM node_active.current_connected
       AND r.applydelay IS NOT DISTINCT FROM node_active.current_apply_delay
    RETURNING n.nodeid, n.groupid, n.goalstate, n.candidatepriority, n.replicationquorum
      INTO assigned_node_id, assigned_group_id, assigned_group_state, assigned_candidate_priority, assigned_replication_quorum;
    IF FOUND THEN
        IF assigned_group_state = 'secondary' THEN
            PERFORM rehearse_takeover(node_active.formation_id, assigned_group_id, assigned_node_id, _silence, _at);
        END IF;
        RETURN;
    END IF;

    PERFORM lock_group_of(node_active.node_id);
    _at := monitor_clock();
    SELECT * INTO _node FROM registered_node WHERE nodeid = node_active.node_id;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'node % is not registered', node_active.node_id
            USING ERRCODE = 'undefined_object', HINT = 'It was removed: register it again with pg_autoctl create postgres.';
    END IF;
    IF _node.formationid IS DISTINCT FROM node_active.formation_id THEN
        RAISE EXCEPTION 'node % belongs to formation "%", not "%"', _node.nodeid, _node.formationid, node_active.formation_id
            USING ERRCODE = 'invalid_object_definition';
    END IF;
    IF NOT EXISTS (SELECT FROM node_state WHERE name = node_active.current_group_role) THEN
        RAISE EXCEPTION '"%" is not a state', node_active.current_group_role
            USING ERRCODE = 'invalid_text_representation', HINT = 'The states are the rows of pgautofailover.node_state.';
    END IF;
    IF coalesce(node_active.current_rep_state, 'null') NOT IN ('', 'unknown', 'sync', 'async', 'quorum', 'potential') THEN
        RAISE EXCEPTION '"%" is not a synchronization state', node_active.current_rep_state
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Use sync, async, quorum, potential, unknown or the empty string.';
    END IF;

    INSERT INTO node_report (nodeid) VALUES (_node.nodeid) ON CONFLICT DO NOTHING;
    SELECT r.problem, greatest(r.reportnumber, _node.reportnumber) INTO STRICT _problem_before, _number_before
      FROM node_report r WHERE r.nodeid = _node.nodeid;
    IF node_active.current_report_number <= _number_before THEN
        -- It was held up on its way: what it says was true before the last report. It changes nothing.
        SELECT _node.nodeid, _node.groupid, _node.goalstate, _node.candidatepriority, _node.replicationquorum
          INTO assigned_node_id, assigned_group_id, assigned_group_state, assigned_candidate_priority, assigned_replication_quorum;
        RETURN;
    END IF;
    UPDATE node_report r
       SET reporttime = _at,
           reportingsince = CASE WHEN is_fresh(r.reporttime, _at) THEN r.reportingsince ELSE _at END,
           pgisrunning = node_active.current_pg_is_running,
           -- after a gap in the reports nobody knows how long it has been so
           runningsince = CASE WHEN NOT coalesce(node_active.current_pg_is_running, false) THEN NULL
                               WHEN is_fresh(r.reporttime, _at) THEN coalesce(r.runningsince, _at) ELSE _at END,
           notrunningsince = CASE WHEN node_active.current_pg_is_running THEN NULL
                                  WHEN is_fresh(r.reporttime, _at) THEN coalesce(r.notrunningsince, _at) ELSE _at END,
           nopeersince = CASE WHEN node_active.current_rep_state NOT IN ('', 'unknown') THEN NULL
                              WHEN is_fresh(r.reporttime, _at) THEN coalesce(r.nopeersince, _at) ELSE _at END,
           reportnumber = coalesce(node_active.current_report_number, r.reportnumber),
           repstate = CASE node_active.current_rep_state WHEN 'unknown' THEN '' ELSE node_active.current_rep_state END,
           tli = CASE WHEN node_active.current_tli > 0 THEN node_active.current_tli ELSE r.tli END,
           lsn = CASE WHEN node_active.current_lsn = '0/0' THEN r.lsn ELSE node_active.current_lsn END,
           walreporttime = CASE WHEN node_active.current_lsn = '0/0' THEN r.walreporttime ELSE _at END,
           standbynames = node_active.current_standby_names,
           upstreamsilence = _silence,
           problem = node_active.current_problem,
           connected = node_active.current_connected,
           applydelay = node_active.current_apply_delay
     WHERE nodeid = _node.nodeid;

    PERFORM set_config('pgautofailover_call.answered', _node.nodeid::text, true);
    IF _problem_before IS DISTINCT FROM node_active.current_problem THEN
        PERFORM log_event(_node.nodeid,
            format('%s: %s', node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
                   coalesce('reports a problem: ' || node_active.current_problem, 'no longer reports: ' || _problem_before)),
            _at);
    END IF;
    IF _node.reportedstate <> node_active.current_group_role THEN
        PERFORM set_config('synchronous_commit', 'on', true);
        UPDATE registered_node
           SET reportedstate = node_active.current_group_role, statechangetime = _at,
               reportnumber = coalesce(node_active.current_report_number, reportnumber)
         WHERE nodeid = _node.nodeid;
        PERFORM log_event(_node.nodeid,
            format('%s: reports state %s',
                   node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
                   node_active.current_group_role), _at);
    END IF;

    PERFORM record_position(_node.nodeid, node_active.current_group_role, node_active.current_pg_is_running,
                            node_active.current_tli, node_active.current_lsn, node_active.current_standby_names);

    IF _node.goalstate = 'dropped' THEN
        IF node_active.current_group_role = 'dropped' THEN
            PERFORM forget_node(_node.nodeid, _at);
        END IF;
        PERFORM set_config('pgautofailover_call.answered', '', true);
        SELECT _node.nodeid, _node.groupid, 'dropped', _node.candidatepriority, _node.replicationquorum
          INTO assigned_node_id, assigned_group_id, assigned_group_state, assigned_candidate_priority, assigned_replication_quorum;
        RETURN;
    END IF;

    IF _node.goalstate = node_active.current_group_role AND node_active.current_pg_is_running
       AND EXISTS (SELECT FROM node_group WHERE primaryid = _node.nodeid)
       AND _node.goalstate IN ('single', 'wait_primary', 'primary') THEN
        PERFORM confirm_synchronous_set(_node.formationid, _node.groupid, node_active.current_group_role,
                                        node_active.current_standby_names, _at);
    END IF;

    IF advance_group(_node.formationid, _node.groupid, _at) THEN
        PERFORM set_config('synchronous_commit', 'on', true);
    END IF;
    PERFORM set_config('pgautofailover_call.answered', '', true);
    SELECT n.nodeid, n.groupid, n.goalstate, n.candidatepriority, n.replicationquorum
      INTO STRICT assigned_node_id, assigned_group_id, assigned_group_state, assigned_candidate_priority, assigned_replication_quorum
      FROM registered_node n WHERE n.nodeid = _node.nodeid;
END $$;
COMMENT ON FUNCTION pgautofailover.node_active IS 'a keeper reports, and learns the state its node should be in';
