-- Checks what a formation is asked to be, and adds it. (A function in plpgsql cannot give a column the
-- name of a parameter, as create_formation has to.)
CREATE OR REPLACE FUNCTION pgautofailover.add_formation(
    formation_id text, of_kind text, for_database name, may_have_standbys bool, confirmations int)
RETURNS SETOF pgautofailover.formation LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pgautofailover.require_right(add_formation.formation_id, NULL);
    PERFORM pgautofailover.lock_group(add_formation.formation_id, 0);
    IF octet_length(add_formation.formation_id) NOT BETWEEN 1 AND 255 THEN
        RAISE EXCEPTION 'the name of a formation has 1 to 255 bytes, and this one has %', octet_length(add_formation.formation_id)
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Choose another name.';
    END IF;
    IF add_formation.of_kind <> 'pgsql' THEN
        RAISE EXCEPTION 'a formation of kind "%" is not supported', add_formation.of_kind
            USING ERRCODE = 'invalid_parameter_value', HINT = 'The only kind of formation is pgsql.';
    END IF;
    IF add_formation.for_database = '' THEN
        RAISE EXCEPTION 'a formation serves a database, and none is named'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name the database that clients connect to, such as postgres.';
    END IF;
    IF add_formation.confirmations < 0 THEN
        RAISE EXCEPTION 'number_sync_standbys must not be negative, as % is', add_formation.confirmations
            USING ERRCODE = 'invalid_parameter_value', HINT = 'With 0 a primary goes on alone when all its standbys are lost.';
    END IF;
    IF add_formation.confirmations > 0 AND NOT add_formation.may_have_standbys THEN
        RAISE EXCEPTION 'number_sync_standbys is %, and a formation without standbys has none that could confirm commits',
            add_formation.confirmations
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Allow standbys, or use number_sync_standbys = 0.';
    END IF;
    IF EXISTS (SELECT FROM pgautofailover.formation f WHERE f.formationid = add_formation.formation_id) THEN
        RAISE EXCEPTION 'formation "%" exists already', add_formation.formation_id
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'formation_pkey', HINT = 'Choose another name.';
    END IF;
    RETURN QUERY
        INSERT INTO pgautofailover.formation (formationid, kind, dbname, opt_secondary, number_sync_standbys)
        VALUES (add_formation.formation_id, add_formation.of_kind, add_formation.for_database,
                add_formation.may_have_standbys, add_formation.confirmations)
        RETURNING *;
END $$;
