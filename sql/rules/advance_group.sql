-- Applies the rules to a group: phase by phase, in each phase every node once. Returns whether a rule
-- changed a goal. The caller holds the group's lock and gives the time.
CREATE OR REPLACE FUNCTION pgautofailover.advance_group(
    formation_id text, group_id int, at timestamptz, requested text[] = '{}', requested_of bigint = NULL)
RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    _phase text;
    _node pgautofailover.registered_node;
    _node_id bigint;
    _primary pgautofailover.registered_node;
    _facts text[];
    _rule pgautofailover.rule;
    _changed bool := false;
    _candidate_id bigint;
BEGIN
    FOREACH _phase IN ARRAY CASE WHEN advance_group.requested = '{}' THEN ARRAY['early', 'standby', 'primary']
                                 ELSE ARRAY['operator'] END
    LOOP
        FOR _node_id IN
            SELECT nodeid FROM pgautofailover.registered_node
             WHERE formationid = advance_group.formation_id AND groupid = advance_group.group_id
               AND goalstate <> 'dropped'
               AND nodeid = coalesce(advance_group.requested_of, nodeid)
             ORDER BY candidatepriority DESC, nodeid
        LOOP
            SELECT * INTO _node FROM pgautofailover.registered_node WHERE nodeid = _node_id;
            SELECT n.* INTO _primary
              FROM pgautofailover.node_group g JOIN pgautofailover.registered_node n ON n.nodeid = g.primaryid
             WHERE g.formationid = advance_group.formation_id AND g.groupid = advance_group.group_id;
            CONTINUE WHEN (_phase = 'standby' AND _node_id = _primary.nodeid)
                       OR (_phase = 'primary' AND _node_id IS DISTINCT FROM _primary.nodeid);

            _facts := pgautofailover.group_facts(
                advance_group.formation_id, advance_group.group_id, _node_id, advance_group.at, advance_group.requested);
            SELECT * INTO _rule FROM pgautofailover.match_rule(
                _phase, _node.reportedstate, _node.goalstate, _primary.reportedstate, _primary.goalstate, _facts);
            CONTINUE WHEN NOT FOUND;

            IF _rule.node_goal IS NULL AND _rule.primary_goal IS NULL AND _rule.candidates_goal IS NULL THEN
                -- a rule that says why nothing is done: noted once, not at every look
                IF (SELECT e.rule_pos FROM pgautofailover.event e
                     WHERE e.formationid = advance_group.formation_id AND e.groupid = advance_group.group_id
                     ORDER BY e.eventid DESC LIMIT 1) IS DISTINCT FROM _rule.pos THEN
                    PERFORM pgautofailover.log_event(_node_id, _rule.because, advance_group.at, _rule.pos, _facts);
                END IF;
                CONTINUE;
            END IF;
            -- who gives way first: at no moment are two nodes assigned to take writes
            IF _rule.primary_goal IS NOT NULL AND _primary.nodeid IS NOT NULL THEN
                _changed := pgautofailover.assign(_primary.nodeid, _rule.primary_goal, _rule.because, advance_group.at, _rule.pos, _facts) OR _changed;
            END IF;
            IF _rule.candidates_goal IS NOT NULL THEN
                FOR _candidate_id IN
                    SELECT nodeid FROM pgautofailover.registered_node
                     WHERE formationid = advance_group.formation_id AND groupid = advance_group.group_id
                       AND nodeid <> _node_id
                       AND goalstate IN ('secondary', 'prepare_promotion', 'stop_replication', 'report_lsn')
                     ORDER BY nodeid
                LOOP
                    _changed := pgautofailover.assign(_candidate_id, _rule.candidates_goal, _rule.because, advance_group.at, _rule.pos, _facts) OR _changed;
                END LOOP;
            END IF;
            IF _rule.node_goal IS NOT NULL THEN
                _changed := pgautofailover.assign(_node_id, _rule.node_goal, _rule.because, advance_group.at, _rule.pos, _facts) OR _changed;
            END IF;
        END LOOP;
    END LOOP;
    PERFORM pgautofailover.update_synchronous_set(advance_group.formation_id, advance_group.group_id);
    RETURN _changed;
END $$;
