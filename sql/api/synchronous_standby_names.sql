-- What the primary of a group sets as synchronous_standby_names: the set that it was assigned last.
CREATE OR REPLACE FUNCTION pgautofailover.synchronous_standby_names(formation_id text = 'default', group_id int = 0)
RETURNS text LANGUAGE plpgsql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM registered_node
                    WHERE formationid = synchronous_standby_names.formation_id
                      AND groupid = synchronous_standby_names.group_id AND goalstate <> 'dropped') THEN
        RAISE EXCEPTION 'group % of formation "%" has no nodes',
            synchronous_standby_names.group_id, synchronous_standby_names.formation_id
            USING ERRCODE = 'invalid_object_definition', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    RETURN coalesce((SELECT standby_names_text(l.members, l.needed)
                       FROM latest_synchronous_set(synchronous_standby_names.formation_id, synchronous_standby_names.group_id) l), '');
END $$;
COMMENT ON FUNCTION pgautofailover.synchronous_standby_names IS 'what the primary of a group sets as synchronous_standby_names';
