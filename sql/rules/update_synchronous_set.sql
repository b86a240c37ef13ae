-- Notes the set that the primary is assigned from now on. A relaxation counts from this moment, since
-- the primary may act on it at once; a tightening only once it is confirmed. Until then all count.
CREATE OR REPLACE FUNCTION pgautofailover.update_synchronous_set(formation_id text, group_id int, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _goal text;
    _wanted record;
    _latest pgautofailover.synchronous_set;
BEGIN
    SELECT n.goalstate INTO _goal
      FROM pgautofailover.node_group g JOIN pgautofailover.registered_node n ON n.nodeid = g.primaryid
     WHERE g.formationid = update_synchronous_set.formation_id AND g.groupid = update_synchronous_set.group_id;
    IF _goal IS NULL OR NOT (SELECT takes_writes FROM pgautofailover.node_state WHERE name = _goal) THEN
        RETURN;  -- nobody takes writes: what was in force stays what counts
    END IF;
    SELECT * INTO _latest
      FROM pgautofailover.latest_synchronous_set(update_synchronous_set.formation_id, update_synchronous_set.group_id);
    SELECT * INTO _wanted
      FROM pgautofailover.wanted_synchronous_set(update_synchronous_set.formation_id, update_synchronous_set.group_id);
    IF _goal = 'single'
       -- one that waits for standbys goes on alone, unless number_sync_standbys holds its commits back
       OR (_goal = 'wait_primary'
           AND (coalesce(_latest.needed, 0) = 0
                OR (SELECT number_sync_standbys = 0 FROM pgautofailover.formation
                     WHERE formationid = update_synchronous_set.formation_id))) THEN
        SELECT '{}'::bigint[] AS members, 0 AS needed INTO _wanted;
    END IF;
    IF (_latest.members, _latest.needed) IS DISTINCT FROM (_wanted.members, _wanted.needed) THEN
        INSERT INTO pgautofailover.synchronous_set (formationid, groupid, members, needed, is_confirmed, recordedtime)
        VALUES (update_synchronous_set.formation_id, update_synchronous_set.group_id, _wanted.members, _wanted.needed, false,
                update_synchronous_set.at);
    END IF;
END $$;
