-- The next place, after those that were looked at already, at which a rule speaks for a group. Each session plans this
-- great query once; `node_active` does so ahead of time.
CREATE OR REPLACE FUNCTION pgautofailover.next_match(
    formation_id text, group_id int, at timestamptz, requested text[], requested_of bigint, done int,
    OUT place int, OUT node_id bigint, OUT primary_id bigint, OUT rule_pos int, OUT node_goal text, OUT primary_goal text,
    OUT candidates_goal text, OUT because text, OUT facts text[])
LANGUAGE plpgsql STABLE
-- decided by the same plans in every session, whatever it did before
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    -- Once a goal was given, the states alone mostly tell that nothing is left to say; what costs is what is true of the group.
    IF next_match.done > 0
       AND NOT EXISTS (SELECT FROM pgautofailover.places(next_match.formation_id, next_match.group_id, next_match.requested,
                                                         next_match.requested_of) p
                        CROSS JOIN LATERAL pgautofailover.rules_at(p.phase, p.reported, p.goal, p.primary_reported, p.primary_goal) r
                        WHERE p.place > next_match.done) THEN
        RETURN;
    END IF;
    SELECT m.place, m.node_id, m.primary_id, m.rule_pos, m.node_goal, m.primary_goal, m.candidates_goal, m.because, m.facts
      INTO place, node_id, primary_id, rule_pos, node_goal, primary_goal, candidates_goal, because, facts
      FROM pgautofailover.matches(next_match.formation_id, next_match.group_id, next_match.at, next_match.requested,
                                  next_match.requested_of) m
     WHERE m.place > next_match.done
     ORDER BY m.place LIMIT 1;
END $$;
