-- The replication settings of a formation, of each of its primaries, and of each of its nodes.
CREATE OR REPLACE FUNCTION pgautofailover.formation_settings(
    formation_id text = 'default',
    OUT context text, OUT group_id int, OUT node_id bigint, OUT nodename text, OUT setting text, OUT value text)
RETURNS SETOF record LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT s.context, s.groupid, s.nodeid, s.nodename, s.setting, s.value
      FROM (SELECT 1 AS place, 'formation' AS context, NULL::int AS groupid, NULL::bigint AS nodeid,
                   f.formationid AS nodename, 'number_sync_standbys' AS setting, f.number_sync_standbys::text AS value
              FROM pgautofailover.formation f
             WHERE f.formationid = formation_settings.formation_id
            UNION ALL
            SELECT 2, 'primary', n.groupid, n.nodeid, n.nodename, 'synchronous_standby_names',
                   quote_literal(pgautofailover.synchronous_standby_names(n.formationid, n.groupid))
              FROM pgautofailover.registered_node n
              JOIN pgautofailover.node_state reported ON reported.name = n.reportedstate
             WHERE n.formationid = formation_settings.formation_id
               AND reported.takes_writes AND n.goalstate <> 'dropped'
            UNION ALL
            SELECT 3, 'node', n.groupid, n.nodeid, n.nodename, own.setting, own.value
              FROM pgautofailover.registered_node n
             CROSS JOIN LATERAL (VALUES ('candidate priority', n.candidatepriority::text),
                                        ('replication quorum', n.replicationquorum::text)) AS own (setting, value)
             WHERE n.formationid = formation_settings.formation_id) s
     ORDER BY s.place, s.setting, s.groupid, s.nodeid;
END;
COMMENT ON FUNCTION pgautofailover.formation_settings IS 'the replication settings of a formation, its primaries and its nodes';
