-- Applies the rules to many groups, as advance_group() does to one, and asks what is true of them once for all. Returns whether a
-- rule changed a goal. The caller holds the locks of all and gives the time.
CREATE OR REPLACE FUNCTION pgautofailover.advance_groups(formation_ids text[], group_ids int[], at timestamptz)
RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    _matches pgautofailover.rule_match[];
    _changed bool := false;
BEGIN
    IF cardinality(advance_groups.group_ids) = 0 THEN
        RETURN false;  -- the query is not made ready for nobody
    END IF;
    -- (a loss that it ends is no fact any more)
    PERFORM pgautofailover.end_accepted_loss(g.formationid, g.groupid, advance_groups.at)
       FROM unnest(advance_groups.formation_ids, advance_groups.group_ids) AS g (formationid, groupid);
    _matches := pgautofailover.first_matches(advance_groups.formation_ids, advance_groups.group_ids, advance_groups.at);
    FOR _number IN 1 .. cardinality(advance_groups.group_ids) LOOP
        _changed := pgautofailover.advance_group(advance_groups.formation_ids[_number], advance_groups.group_ids[_number],
                                                 advance_groups.at, first_match => _matches[_number]) OR _changed;
    END LOOP;
    RETURN _changed;
END $$;
