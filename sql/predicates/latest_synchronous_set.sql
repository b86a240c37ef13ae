-- The set that the primary was assigned last.
CREATE OR REPLACE FUNCTION pgautofailover.latest_synchronous_set(formation_id text, group_id int)
RETURNS SETOF pgautofailover.synchronous_set LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT s.setid, s.formationid, s.groupid, s.members, s.needed, s.is_confirmed, s.recordedtime
      FROM pgautofailover.synchronous_set s
     WHERE s.formationid = latest_synchronous_set.formation_id
       AND s.groupid = latest_synchronous_set.group_id
     ORDER BY s.setid DESC LIMIT 1;
END;
COMMENT ON FUNCTION pgautofailover.latest_synchronous_set(text, int) IS 'the replication rules of a group that were recorded last';
