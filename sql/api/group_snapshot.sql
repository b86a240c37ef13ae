-- All that a group's nodes must know to bring it into a new monitor: restore_group takes it back.
CREATE OR REPLACE FUNCTION pgautofailover.group_snapshot(formation_id text = 'default', group_id int = 0)
RETURNS text LANGUAGE sql STABLE SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT jsonb_build_object(
               'formation', to_jsonb(f),
               'sysidentifier', g.sysidentifier,
               'nodes', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                                    'nodeid', n.nodeid, 'nodename', n.nodename, 'nodehost', n.nodehost, 'nodeport', n.nodeport,
                                    'sysidentifier', n.sysidentifier, 'reportedstate', n.reportedstate, 'goalstate', n.goalstate,
                                    'candidatepriority', n.candidatepriority, 'replicationquorum', n.replicationquorum,
                                    'nodecluster', n.nodecluster) ORDER BY n.nodeid), '[]')
                           FROM pgautofailover.registered_node n
                          WHERE n.formationid = g.formationid AND n.groupid = g.groupid AND n.goalstate <> 'dropped'))::text
      FROM pgautofailover.node_group g
      JOIN pgautofailover.formation f USING (formationid)
     WHERE g.formationid = group_snapshot.formation_id AND g.groupid = group_snapshot.group_id;
END;
COMMENT ON FUNCTION pgautofailover.group_snapshot IS 'a group as restore_group brings it into a new monitor';
