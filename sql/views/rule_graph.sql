-- The ways between states that the rules can send a node: what the picture in the manual is made of,
-- and what every keeper must be able to walk. A node on its way that is sent elsewhere before it
-- arrives walks from where it was.
CREATE OR REPLACE VIEW pgautofailover.rule_graph AS
WITH RECURSIVE pattern AS (
    SELECT p.pattern, r.node_goal::text AS goal
      FROM pgautofailover.rule r, unnest(r.node_in) AS p (pattern) WHERE r.node_goal IS NOT NULL
    UNION
    SELECT p.pattern, r.primary_goal::text
      FROM pgautofailover.rule r,
           -- where nothing is said, the primary gives way
           unnest(coalesce(r.primary_in, '{draining,demote_timeout,prepare_maintenance,"*->draining","*->demote_timeout","*->prepare_maintenance"}')) AS p (pattern)
     WHERE r.primary_goal IS NOT NULL
    UNION
    SELECT p.pattern, r.candidates_goal::text
      FROM pgautofailover.rule r, unnest('{secondary,join_secondary,prepare_promotion,stop_replication,report_lsn,fast_forward}'::text[]) AS p (pattern)
     WHERE r.candidates_goal IS NOT NULL
), way AS (
    SELECT split_part(pattern, '->', 1) AS from_state, goal AS to_state FROM pattern WHERE pattern NOT LIKE '*%'
    UNION
    SELECT w.from_state, p.goal FROM way w JOIN pattern p ON p.pattern = '*->' || w.to_state
)
SELECT from_state, to_state FROM way WHERE from_state <> to_state;
COMMENT ON VIEW pgautofailover.rule_graph IS 'the ways between states that the rules can send a node';
