-- The rules, as sentences, and what each depends on.
\pset format unaligned
\t on
\echo '# Nothing is wrong with the rules themselves.'
SELECT * FROM pgautofailover.rule_problem();

\echo '# Each rule speaks when exactly its facts hold, wherever it claims to.'
WITH place AS (
    SELECT r.pos, r.phase, r.requires,
           n.label AS node_label, p.label AS primary_label,
           split_part(replace(n.label, '*->', 'unknown->'), '->', 1) AS node_reported,
           coalesce(nullif(split_part(n.label, '->', 2), ''), n.label) AS node_goal,
           split_part(replace(p.label, '*->', 'unknown->'), '->', 1) AS primary_reported,
           coalesce(nullif(split_part(p.label, '->', 2), ''), p.label) AS primary_goal
      FROM pgautofailover.rule r
     CROSS JOIN unnest(r.node_in) AS n (label)
     CROSS JOIN unnest(coalesce(r.primary_in, '{unknown}')) AS p (label)
)
SELECT format('rule %s is silent for a node in %s beside a primary in %s: rule %s speaks', l.pos, l.node_label, l.primary_label, m.pos)
  FROM place l
  LEFT JOIN LATERAL pgautofailover.match_rule(l.phase, l.node_reported, l.node_goal, l.primary_reported, l.primary_goal, l.requires) m ON true
 WHERE m.pos IS DISTINCT FROM l.pos;

\echo '# Each rule, and which one speaks instead when a fact it requires is missing, or one that it forbids holds.'
WITH place AS (
    SELECT r.*,
           split_part(replace(r.node_in[1], '*->', 'unknown->'), '->', 1) AS node_reported,
           coalesce(nullif(split_part(r.node_in[1], '->', 2), ''), r.node_in[1]) AS node_goal_now,
           split_part(replace(coalesce(r.primary_in[1], 'unknown'), '*->', 'unknown->'), '->', 1) AS primary_reported,
           coalesce(nullif(split_part(r.primary_in[1], '->', 2), ''), r.primary_in[1], 'unknown') AS primary_goal_now
      FROM pgautofailover.rule r
), story AS (
    SELECT pos, 0 AS line,
           format('%s %s: a node in %s%s%s%s -> %s because %s', pos, phase, array_to_string(node_in, '|'),
                  ' beside ' || array_to_string(primary_in, '|'),
                  ' when ' || nullif(array_to_string(requires, ' and '), ''),
                  ' and not ' || nullif(array_to_string(forbids, ' nor '), ''),
                  coalesce(nullif(concat_ws(', ', 'node ' || node_goal, 'primary ' || primary_goal, 'candidates ' || candidates_goal), ''), 'nothing'),
                  because) AS words
      FROM place
    UNION ALL
    SELECT p.pos, 1, format('     without %s: %s', f.name, coalesce(m.pos::text, 'nothing'))
      FROM place p CROSS JOIN unnest(p.requires) AS f (name)
      LEFT JOIN LATERAL pgautofailover.match_rule(p.phase, p.node_reported, p.node_goal_now, p.primary_reported, p.primary_goal_now,
                                                  array_remove(p.requires, f.name)) m ON true
    UNION ALL
    SELECT p.pos, 2, format('     with %s: %s', f.name, coalesce(m.pos::text, 'nothing'))
      FROM place p CROSS JOIN unnest(p.forbids) AS f (name)
      LEFT JOIN LATERAL pgautofailover.match_rule(p.phase, p.node_reported, p.node_goal_now, p.primary_reported, p.primary_goal_now,
                                                  p.requires || f.name) m ON true
)
SELECT words FROM story ORDER BY pos, line, words COLLATE "C";
