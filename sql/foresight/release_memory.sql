-- Gives the machine back what this session has used once and does not use now.
CREATE OR REPLACE FUNCTION pgautofailover.release_memory()
RETURNS void LANGUAGE c VOLATILE PARALLEL SAFE
AS 'MODULE_PATHNAME', 'pgautofailover_release_memory';
