-- Who has to confirm the commits of a group's primary, as its nodes are assigned now: the quorum
-- standbys whose goal is to stream. Nobody: the primary acknowledges alone.
CREATE OR REPLACE FUNCTION pgautofailover.wanted_synchronous_set(formation_id text, group_id int,
    OUT members bigint[], OUT needed int)
LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(array_agg(n.nodeid ORDER BY n.nodeid) FILTER (WHERE n.nodeid IS NOT NULL), '{}') AS members,
           least(count(n.nodeid), greatest(max(f.number_sync_standbys), 1))::int AS needed
      FROM pgautofailover.formation f
      JOIN pgautofailover.node_group g ON g.formationid = f.formationid AND g.groupid = wanted_synchronous_set.group_id
      LEFT JOIN pgautofailover.registered_node n
             ON n.formationid = g.formationid AND n.groupid = g.groupid
            AND n.replicationquorum AND n.goalstate = 'secondary'
            AND n.nodeid IS DISTINCT FROM g.primaryid
     WHERE f.formationid = wanted_synchronous_set.formation_id;
END;
