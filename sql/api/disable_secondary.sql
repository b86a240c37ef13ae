-- Forbids standbys in a formation that has none; commits then wait for nobody. Answers whether there is
-- such a formation. (The table's trigger refuses it where there are standbys.)
CREATE OR REPLACE FUNCTION pgautofailover.disable_secondary(formation_id text)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    PERFORM require_right(disable_secondary.formation_id, NULL);
    PERFORM lock_group(disable_secondary.formation_id, 0);
    UPDATE formation SET opt_secondary = false, number_sync_standbys = 0
     WHERE formationid = disable_secondary.formation_id;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION pgautofailover.disable_secondary IS 'forbids standbys in a formation that has none';
