-- The rules that may speak for a group, by where its nodes stand alone, and at which places. That costs a tenth of what it
-- takes to find out what is true of the group, and mostly there are none.
CREATE OR REPLACE FUNCTION pgautofailover.rules_in_question(formation_id text, group_id int, requested text[], requested_of bigint)
RETURNS TABLE (place int, rule_pos int) LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH standing AS MATERIALIZED (
        SELECT n.nodeid IS DISTINCT FROM g.primaryid AS is_other, n.reportedstate::text, n.goalstate::text
          FROM pgautofailover.registered_node n JOIN pgautofailover.node_group g USING (formationid, groupid)
         WHERE n.formationid = rules_in_question.formation_id AND n.groupid = rules_in_question.group_id AND n.goalstate <> 'dropped'
    ), excluded AS MATERIALIZED (
        SELECT array_agg(f.name) AS facts
          FROM pgautofailover.fact f
         WHERE CASE WHEN f.name = 'alone' THEN (SELECT count(*) > 1 FROM standing)
                    ELSE f.beside IS NOT NULL
                         AND NOT EXISTS (SELECT FROM standing s
                                          WHERE s.is_other AND pgautofailover.label_matches(f.beside, s.reportedstate, s.goalstate)) END
    )
    SELECT p.place, r.pos
      FROM excluded
     CROSS JOIN pgautofailover.places(rules_in_question.formation_id, rules_in_question.group_id, rules_in_question.requested,
                                      rules_in_question.requested_of) p
     CROSS JOIN LATERAL pgautofailover.rules_at(p.phase, p.reported, p.goal, p.primary_reported, p.primary_goal) r
     WHERE (r.requires && excluded.facts) IS NOT TRUE;
END;
