-- Would commits have to wait if this standby stopped streaming, because number_sync_standbys demands more?
CREATE OR REPLACE FUNCTION pgautofailover.blocks_commits(formation_id text, group_id int, node_id bigint)
RETURNS bool LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(bool_and(f.number_sync_standbys > 0
                             AND n.replicationquorum AND n.goalstate = 'secondary'
                             AND (SELECT count(*) FROM pgautofailover.registered_node o
                                   WHERE o.formationid = n.formationid AND o.groupid = n.groupid AND o.nodeid <> n.nodeid
                                     AND o.replicationquorum AND o.goalstate = 'secondary') < f.number_sync_standbys), false)
      FROM pgautofailover.registered_node n JOIN pgautofailover.formation f USING (formationid)
     WHERE n.formationid = blocks_commits.formation_id AND n.groupid = blocks_commits.group_id AND n.nodeid = blocks_commits.node_id;
END;
