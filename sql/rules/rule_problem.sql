-- What is wrong with the rules themselves: expects no rows.
CREATE OR REPLACE FUNCTION pgautofailover.rule_problem()
RETURNS TABLE (rule_pos int, problem text) LANGUAGE sql STABLE
BEGIN ATOMIC
    -- a fact that nobody defines
    SELECT r.pos, format('fact "%s" is not defined', wanted.fact_name)
      FROM pgautofailover.rule r, unnest(r.requires || r.forbids) AS wanted (fact_name)
     WHERE NOT EXISTS (SELECT FROM pgautofailover.fact f WHERE f.name = wanted.fact_name)
    UNION ALL
    -- a fact that no rule needs
    SELECT NULL, format('no rule needs the fact "%s"', f.name)
      FROM pgautofailover.fact f
     WHERE NOT EXISTS (SELECT FROM pgautofailover.rule r WHERE f.name = ANY (r.requires || r.forbids))
    UNION ALL
    -- a state that nobody knows
    SELECT r.pos, format('state "%s" is not known', state)
      FROM pgautofailover.rule r,
           unnest(r.node_in || coalesce(r.primary_in, '{}')) AS pattern,
           unnest(string_to_array(pattern, '->')) AS state
     WHERE state <> '*'
       AND NOT EXISTS (SELECT FROM pgautofailover.node_state s WHERE s.name = state)
    UNION ALL
    -- a rule that an earlier one of its phase always shadows
    SELECT late.pos, format('rule %s always speaks first', early.pos)
      FROM pgautofailover.rule early
      JOIN pgautofailover.rule late ON late.phase = early.phase AND late.pos > early.pos
     WHERE late.node_in <@ early.node_in
       AND (early.primary_in IS NULL OR late.primary_in <@ early.primary_in)
       AND early.requires <@ late.requires
       AND early.forbids <@ late.forbids;
END;
