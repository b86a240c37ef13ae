-- The primary tells which names are in force and confirmed: those of the latest set, and the earlier
-- sets no longer count. A keeper that does not tell its names (null) confirms with its state alone.
-- Names that are none of the sets' ('?' included) mean that somebody has changed them behind our back:
-- until they are confirmed again, the primary may have acknowledged alone.
CREATE OR REPLACE FUNCTION pgautofailover.confirm_synchronous_set(formation_id text, group_id int, standby_names text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE _latest pgautofailover.synchronous_set;
BEGIN
    SELECT * INTO _latest
      FROM pgautofailover.latest_synchronous_set(confirm_synchronous_set.formation_id, confirm_synchronous_set.group_id);
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF confirm_synchronous_set.standby_names <> pgautofailover.standby_names_text(_latest.members, _latest.needed) THEN
        IF _latest.is_confirmed AND _latest.needed > 0 THEN
            INSERT INTO pgautofailover.synchronous_set (formationid, groupid, members, needed, is_confirmed)
            VALUES (_latest.formationid, _latest.groupid, '{}', 0, false),
                   (_latest.formationid, _latest.groupid, _latest.members, _latest.needed, false);
        END IF;
        RETURN;
    END IF;
    IF NOT _latest.is_confirmed THEN
        DELETE FROM pgautofailover.synchronous_set
         WHERE formationid = confirm_synchronous_set.formation_id AND groupid = confirm_synchronous_set.group_id
           AND setid <> _latest.setid;
        UPDATE pgautofailover.synchronous_set SET is_confirmed = true WHERE setid = _latest.setid;
    END IF;
END $$;
