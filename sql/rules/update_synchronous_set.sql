-- Notes the set that the primary is assigned from now on. A relaxation counts from this moment, since
-- the primary may act on it at once; a tightening only once it is confirmed. Until then all count.
CREATE OR REPLACE FUNCTION pgautofailover.update_synchronous_set(formation_id text, group_id int)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _goal text;
    _wanted record;
    _latest pgautofailover.synchronous_set;
BEGIN
    SELECT n.goalstate INTO _goal
      FROM pgautofailover.node_group g JOIN pgautofailover.registered_node n ON n.nodeid = g.primaryid
     WHERE g.formationid = update_synchronous_set.formation_id AND g.groupid = update_synchronous_set.group_id;
    IF _goal IN ('single', 'wait_primary') THEN
        SELECT '{}'::bigint[] AS members, 0 AS needed INTO _wanted;
    ELSIF _goal IN ('primary', 'apply_settings', 'join_primary') THEN
        SELECT * INTO _wanted
          FROM pgautofailover.wanted_synchronous_set(update_synchronous_set.formation_id, update_synchronous_set.group_id);
    ELSE
        RETURN;  -- nobody takes writes: what was in force stays what counts
    END IF;
    SELECT * INTO _latest
      FROM pgautofailover.latest_synchronous_set(update_synchronous_set.formation_id, update_synchronous_set.group_id);
    IF (_latest.members, _latest.needed) IS DISTINCT FROM (_wanted.members, _wanted.needed) THEN
        INSERT INTO pgautofailover.synchronous_set (formationid, groupid, members, needed, is_confirmed)
        VALUES (update_synchronous_set.formation_id, update_synchronous_set.group_id, _wanted.members, _wanted.needed, false);
    END IF;
END $$;
