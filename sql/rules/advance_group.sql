-- Applies the rules to a group: phase by phase, in each phase every node once, in the order in which they
-- would lead. Returns whether a rule changed a goal. The caller holds the group's lock and gives the time, and who has looked
-- at many groups at once what speaks first (with the place 0, nothing does), having ended losses that were accepted.
CREATE OR REPLACE FUNCTION pgautofailover.advance_group(
    formation_id text, group_id int, at timestamptz, requested text[] = '{}', requested_of bigint = NULL,
    first_match pgautofailover.rule_match = NULL)
RETURNS bool LANGUAGE plpgsql
-- decided by the same plans in every session, whatever it did before
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    _done int := 0;  -- the places, each a node in a phase, that were looked at already
    _match pgautofailover.rule_match;
    _changed bool := false;
    _assigned bool;
BEGIN
    IF (advance_group.first_match).place IS NULL THEN
        PERFORM pgautofailover.end_accepted_loss(advance_group.formation_id, advance_group.group_id, advance_group.at);
    END IF;
    LOOP
        IF _done = 0 AND (advance_group.first_match).place IS NOT NULL THEN
            _match := advance_group.first_match;
        ELSE
            _match := pgautofailover.next_match(advance_group.formation_id, advance_group.group_id, advance_group.at,
                                                advance_group.requested, advance_group.requested_of, _done);
        END IF;
        EXIT WHEN coalesce(_match.place, 0) = 0;
        _done := _match.place;

        IF _match.node_goal IS NULL AND _match.primary_goal IS NULL AND _match.candidates_goal IS NULL THEN
            PERFORM pgautofailover.say_why_nothing(_match.node_id, _match.rule_pos, _match.because, advance_group.at, _match.facts);
            CONTINUE;
        END IF;
        -- who gives way first: at no moment are two nodes assigned to take writes
        IF _match.primary_goal IS NOT NULL AND _match.primary_id IS NOT NULL THEN
            _changed := pgautofailover.assign(_match.primary_id, _match.primary_goal, _match.because, advance_group.at,
                                              _match.rule_pos, _match.facts) OR _changed;
        END IF;
        IF _match.candidates_goal IS NOT NULL THEN
            -- (beside an OR that is true already, PostgreSQL may leave out a query, and what it does)
            SELECT bool_or(pgautofailover.assign(c.nodeid, _match.candidates_goal, _match.because, advance_group.at,
                                                 _match.rule_pos, _match.facts)) INTO _assigned
              FROM (SELECT nodeid FROM pgautofailover.registered_node
                     WHERE formationid = advance_group.formation_id AND groupid = advance_group.group_id
                       AND nodeid <> _match.node_id
                       AND goalstate IN ('secondary', 'join_secondary', 'prepare_promotion', 'stop_replication', 'report_lsn', 'fast_forward')
                     ORDER BY nodeid) c;
            _changed := _changed OR coalesce(_assigned, false);
        END IF;
        IF _match.node_goal IS NOT NULL THEN
            _changed := pgautofailover.assign(_match.node_id, _match.node_goal, _match.because, advance_group.at,
                                              _match.rule_pos, _match.facts) OR _changed;
        END IF;
    END LOOP;
    PERFORM pgautofailover.update_synchronous_set(advance_group.formation_id, advance_group.group_id, advance_group.at);
    RETURN _changed;
END $$;
