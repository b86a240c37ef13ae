-- The primary reports that the latest set is in force and has confirmed a position: the earlier sets
-- no longer count. A keeper that does not tell its names confirms with its state alone.
CREATE OR REPLACE FUNCTION pgautofailover.confirm_synchronous_set(formation_id text, group_id int, standby_names text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE _latest pgautofailover.synchronous_set;
BEGIN
    SELECT * INTO _latest
      FROM pgautofailover.latest_synchronous_set(confirm_synchronous_set.formation_id, confirm_synchronous_set.group_id);
    IF NOT FOUND OR _latest.is_confirmed
       OR confirm_synchronous_set.standby_names <> pgautofailover.standby_names_text(_latest.members, _latest.needed) THEN
        RETURN;
    END IF;
    DELETE FROM pgautofailover.synchronous_set
     WHERE formationid = confirm_synchronous_set.formation_id AND groupid = confirm_synchronous_set.group_id
       AND setid <> _latest.setid;
    UPDATE pgautofailover.synchronous_set SET is_confirmed = true WHERE setid = _latest.setid;
END $$;
