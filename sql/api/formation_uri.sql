-- The connection string of a formation: all its nodes, and the wish for the one that takes writes.
CREATE OR REPLACE FUNCTION pgautofailover.formation_uri(
    formation_id text = 'default', cluster_name text = 'default', sslmode text = 'prefer', sslrootcert text = '', sslcrl text = '')
RETURNS text LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT 'postgres://'
           || string_agg(CASE WHEN n.nodehost LIKE '%:%' THEN format('[%s]', n.nodehost) ELSE n.nodehost END || ':' || n.nodeport,
                         ',' ORDER BY n.nodeid)
           || '/' || max(f.dbname::text) || '?'
           || CASE WHEN formation_uri.cluster_name = 'default' THEN 'target_session_attrs=read-write&' ELSE '' END
           || 'sslmode=' || formation_uri.sslmode
           || CASE WHEN formation_uri.sslrootcert <> '' THEN '&sslrootcert=' || formation_uri.sslrootcert ELSE '' END
           || CASE WHEN formation_uri.sslcrl <> '' THEN '&sslcrl=' || formation_uri.sslcrl ELSE '' END
      FROM pgautofailover.registered_node n JOIN pgautofailover.formation f USING (formationid)
     WHERE n.formationid = formation_uri.formation_id
       AND n.nodecluster = formation_uri.cluster_name
       AND n.groupid = 0
       AND n.goalstate <> 'dropped';
END;
COMMENT ON FUNCTION pgautofailover.formation_uri IS 'the connection string of a formation';
