-- The wall clock's time when the server started, and what has passed since: time that nobody sets.
CREATE OR REPLACE FUNCTION pgautofailover.steady_clock()
RETURNS timestamptz LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pgautofailover_steady_clock';
