-- The primary tells which names are in force and confirmed: those of the latest set, and the earlier
-- sets no longer count. A keeper that does not tell its names (null) confirms with its state alone.
-- Names that are none of the sets' ('?' included) mean that somebody has changed them behind our back:
-- until they are confirmed again, the primary may have acknowledged alone.
CREATE OR REPLACE FUNCTION pgautofailover.confirm_synchronous_set(
    formation_id text, group_id int, state text, standby_names text, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE _latest pgautofailover.synchronous_set;
BEGIN
    SELECT * INTO _latest
      FROM pgautofailover.latest_synchronous_set(confirm_synchronous_set.formation_id, confirm_synchronous_set.group_id);
    IF NOT FOUND OR (confirm_synchronous_set.standby_names IS NULL
                     AND _latest.needed > 0 AND confirm_synchronous_set.state <> 'primary') THEN
        RETURN;
    END IF;
    IF NOT pgautofailover.names_match(confirm_synchronous_set.standby_names, _latest.members, _latest.needed) THEN
        IF NOT EXISTS (SELECT FROM pgautofailover.synchronous_set s
                        WHERE s.formationid = _latest.formationid AND s.groupid = _latest.groupid
                          AND (s.needed = 0
                               -- those of an earlier set, on the way to the latest
                               OR pgautofailover.names_match(confirm_synchronous_set.standby_names, s.members, s.needed))) THEN
            INSERT INTO pgautofailover.synchronous_set (formationid, groupid, members, needed, is_confirmed, recordedtime)
            VALUES (_latest.formationid, _latest.groupid, '{}', 0, false, confirm_synchronous_set.at),
                   (_latest.formationid, _latest.groupid, _latest.members, _latest.needed, false, confirm_synchronous_set.at);
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
