-- How rules name where a node stands: 'primary', or 'primary->draining' on the way.
CREATE OR REPLACE FUNCTION pgautofailover.node_label(reported text, goal text)
RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE WHEN reported = goal THEN reported ELSE reported || '->' || goal END;
