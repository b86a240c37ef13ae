-- The next place, after those that were looked at already, at which a rule speaks for a group; null: none does. Each session
-- plans this great query once; `node_active` does so ahead of time.
CREATE OR REPLACE FUNCTION pgautofailover.next_match(
    formation_id text, group_id int, at timestamptz, requested text[], requested_of bigint, done int)
RETURNS pgautofailover.rule_match LANGUAGE plpgsql STABLE
-- decided by the same plans in every session, whatever it did before
SET plan_cache_mode = force_generic_plan AS $$
DECLARE _match pgautofailover.rule_match;
BEGIN
    IF NOT EXISTS (SELECT FROM pgautofailover.rules_in_question(next_match.formation_id, next_match.group_id, next_match.requested,
                                                                next_match.requested_of) q
                    WHERE q.place > next_match.done) THEN
        RETURN NULL;
    END IF;
    SELECT m.* INTO _match
      FROM pgautofailover.matches(next_match.formation_id, next_match.group_id, next_match.at, next_match.requested,
                                  next_match.requested_of) m
     WHERE m.place > next_match.done
     ORDER BY m.place LIMIT 1;
    RETURN _match;
END $$;
