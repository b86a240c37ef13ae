-- Creates a formation, or says why not. (The API function's arguments have the names of its columns, which
-- plpgsql cannot tell apart.)
CREATE OR REPLACE FUNCTION pgautofailover.add_formation(
    formation_id text, kind text, dbname name, opt_secondary bool, number_sync_standbys int)
RETURNS SETOF pgautofailover.formation LANGUAGE plpgsql AS $$
BEGIN
    IF add_formation.kind <> 'pgsql' THEN
        RAISE EXCEPTION 'formation kind "%" is not supported', add_formation.kind
            USING ERRCODE = 'invalid_parameter_value', HINT = 'The only kind of formation is pgsql.';
    END IF;
    IF add_formation.formation_id = '' THEN
        RAISE EXCEPTION 'a formation needs a name'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Choose one, such as default.';
    END IF;
    IF add_formation.number_sync_standbys < 0 THEN
        RAISE EXCEPTION 'number_sync_standbys must not be negative, as % is', add_formation.number_sync_standbys
            USING ERRCODE = 'invalid_parameter_value', HINT = 'With 0 a primary goes on alone when all its standbys are lost.';
    END IF;
    IF add_formation.number_sync_standbys > 0 AND NOT add_formation.opt_secondary THEN
        RAISE EXCEPTION 'a formation without standbys has none that could confirm commits'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Use number_sync_standbys 0, or enable secondaries.';
    END IF;
    PERFORM pgautofailover.lock_group(add_formation.formation_id, 0);
    IF EXISTS (SELECT FROM pgautofailover.formation f WHERE f.formationid = add_formation.formation_id) THEN
        RAISE EXCEPTION 'formation "%" exists already', add_formation.formation_id
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'formation_pkey', HINT = 'Choose another name.';
    END IF;
    RETURN QUERY
        INSERT INTO pgautofailover.formation
        VALUES (add_formation.formation_id, add_formation.kind, add_formation.dbname, add_formation.opt_secondary,
                add_formation.number_sync_standbys)
        RETURNING *;
END $$;
