-- The ways between states that the rules can send a node: what the picture in the manual is made of,
-- and what every keeper must be able to walk.
CREATE VIEW pgautofailover.rule_graph AS
WITH pattern AS (
    SELECT r.pos, r.because, p.pattern, r.node_goal AS goal FROM pgautofailover.rule r, unnest(r.node_in) AS p (pattern) WHERE r.node_goal IS NOT NULL
    UNION ALL
    SELECT r.pos, r.because, p.pattern, r.primary_goal FROM pgautofailover.rule r, unnest(coalesce(r.primary_in, '{primary}')) AS p (pattern) WHERE r.primary_goal IS NOT NULL
    UNION ALL
    SELECT r.pos, r.because, p.pattern, r.candidates_goal FROM pgautofailover.rule r, unnest('{secondary,prepare_promotion,stop_replication,report_lsn}'::text[]) AS p (pattern) WHERE r.candidates_goal IS NOT NULL
), ends AS (
    SELECT pos, because, split_part(pattern, '->', 1) AS from_state, goal AS to_state FROM pattern
)
-- A node on its way to a state that another rule then sends elsewhere starts from where it was.
SELECT DISTINCT from_state, to_state::text, min(pos) OVER (PARTITION BY from_state, to_state) AS rule_pos
  FROM ends
 WHERE from_state <> '*' AND from_state <> to_state;
COMMENT ON VIEW pgautofailover.rule_graph IS 'the ways between states that the rules can send a node';
