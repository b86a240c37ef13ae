-- The replication settings of a formation, of its primaries, and of its nodes.
CREATE OR REPLACE FUNCTION pgautofailover.formation_settings(
    formation_id text = 'default',
    OUT context text, OUT group_id int, OUT node_id bigint, OUT nodename text, OUT setting text, OUT value text)
RETURNS SETOF record LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT 'formation', NULL::int, NULL::bigint, f.formationid, 'number_sync_standbys', f.number_sync_standbys::text
      FROM pgautofailover.formation f WHERE f.formationid = $1
    UNION ALL
    SELECT 'primary', n.groupid, n.nodeid, n.nodename, 'synchronous_standby_names',
           format('''%s''', pgautofailover.synchronous_standby_names(n.formationid, n.groupid))
      FROM pgautofailover.node n JOIN pgautofailover.node_state s ON s.name = n.reportedstate
     WHERE n.formationid = $1 AND s.takes_writes
    UNION ALL
    SELECT 'node', n.groupid, n.nodeid, n.nodename, 'replication quorum', n.replicationquorum::text
      FROM pgautofailover.node n WHERE n.formationid = $1
    UNION ALL
    SELECT 'node', n.groupid, n.nodeid, n.nodename, 'candidate priority', n.candidatepriority::text
      FROM pgautofailover.node n WHERE n.formationid = $1;
END;
COMMENT ON FUNCTION pgautofailover.formation_settings IS 'the replication settings of a formation, its primaries and its nodes';
