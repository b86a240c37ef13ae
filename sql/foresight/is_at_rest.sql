-- Does the server of a node in this state stand still on purpose?
CREATE OR REPLACE FUNCTION pgautofailover.is_at_rest(state text)
RETURNS bool LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM pgautofailover.node_state s
                WHERE s.name = is_at_rest.state
                  AND (s.is_stopped OR s.name IN ('init', 'wait_standby', 'maintenance')));
