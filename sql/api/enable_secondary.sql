-- Allows standbys in a formation. Answers whether there is such a formation.
CREATE OR REPLACE FUNCTION pgautofailover.enable_secondary(formation_id text)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    PERFORM require_right(enable_secondary.formation_id, NULL);
    PERFORM lock_group(enable_secondary.formation_id, 0);
    UPDATE formation SET opt_secondary = true WHERE formationid = enable_secondary.formation_id;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION pgautofailover.enable_secondary IS 'allows standbys in a formation';
