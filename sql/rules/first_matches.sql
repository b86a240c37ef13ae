-- What speaks first for each of many groups, in their order; with the place 0, nothing does. What is true of them is asked once for
-- all: PostgreSQL makes that great query ready once and not for each, which is more than half of what it costs.
CREATE OR REPLACE FUNCTION pgautofailover.first_matches(formation_ids text[], group_ids int[], at timestamptz)
RETURNS pgautofailover.rule_match[] LANGUAGE plpgsql STABLE
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    RETURN (
        WITH looked_at AS MATERIALIZED (
            SELECT g.formationid, g.groupid, g.number,
                   EXISTS (SELECT FROM pgautofailover.rules_in_question(g.formationid, g.groupid, '{}', NULL)) AS is_in_question
              FROM unnest(first_matches.formation_ids, first_matches.group_ids) WITH ORDINALITY AS g (formationid, groupid, number)
        )
        SELECT array_agg(coalesce(m.first, ROW(0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)::pgautofailover.rule_match) ORDER BY l.number)
          FROM looked_at l
          LEFT JOIN LATERAL (
               SELECT ROW(m.*)::pgautofailover.rule_match AS first
                 FROM pgautofailover.matches(l.formationid, l.groupid, first_matches.at) m
                WHERE l.is_in_question ORDER BY m.place LIMIT 1) m ON true);
END $$;
