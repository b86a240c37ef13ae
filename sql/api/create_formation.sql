-- Creates a formation, which has no nodes yet.
CREATE OR REPLACE FUNCTION pgautofailover.create_formation(
    formation_id text, kind text, dbname name, opt_secondary bool, number_sync_standbys int,
    OUT formation_id text, OUT kind text, OUT dbname name, OUT opt_secondary bool, OUT number_sync_standbys int)
LANGUAGE sql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT f.formationid, f.kind, f.dbname, f.opt_secondary, f.number_sync_standbys
      FROM pgautofailover.add_formation($1, $2, $3, $4, $5) f;
END;
COMMENT ON FUNCTION pgautofailover.create_formation IS 'creates a formation';
