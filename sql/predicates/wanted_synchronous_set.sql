-- Who has to confirm the commits of a group's primary, as its nodes are assigned now: the quorum
-- standbys whose goal is to stream. Nobody: the primary acknowledges alone.
--
-- How many have to grows as standbys come to stream, up to number_sync_standbys. It never falls below
-- what was reached before, up to that number, when standbys are lost: commits then wait for any of the
-- quorum standbys to come back. With number_sync_standbys = 0 one confirms as long as there is one.
CREATE OR REPLACE FUNCTION pgautofailover.wanted_synchronous_set(formation_id text, group_id int,
    OUT members bigint[], OUT needed int)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    WITH standby AS (
        SELECT coalesce(array_agg(n.nodeid ORDER BY n.nodeid) FILTER (WHERE n.nodeid IS NOT NULL), '{}') AS registered,
               coalesce(array_agg(n.nodeid ORDER BY n.nodeid) FILTER (WHERE n.goalstate = 'secondary'), '{}') AS streaming,
               max(f.number_sync_standbys) AS demanded,
               coalesce(max((SELECT l.needed FROM pgautofailover.latest_synchronous_set(
                                 wanted_synchronous_set.formation_id, wanted_synchronous_set.group_id) l)), 0) AS reached
          FROM pgautofailover.formation f
          JOIN pgautofailover.node_group g ON g.formationid = f.formationid AND g.groupid = wanted_synchronous_set.group_id
          LEFT JOIN pgautofailover.registered_node n
                 ON n.formationid = g.formationid AND n.groupid = g.groupid
                AND n.replicationquorum AND n.goalstate <> 'dropped'
                AND n.nodeid IS DISTINCT FROM g.primaryid
         WHERE f.formationid = wanted_synchronous_set.formation_id
    ), wanted AS (
        SELECT s.registered, s.streaming,
               least(greatest(least(cardinality(s.streaming), greatest(s.demanded, 1)), least(s.reached, s.demanded)),
                     cardinality(s.registered)) AS needed
          FROM standby s
    )
    SELECT CASE WHEN w.needed = 0 THEN '{}'
                WHEN w.needed <= cardinality(w.streaming) THEN w.streaming
                ELSE w.registered END AS members,
           coalesce(w.needed, 0) AS needed
      INTO members, needed
      FROM wanted w;
END $$;
