-- The coordinator of a formation: its primary, since the only kind of formation has one group.
CREATE OR REPLACE FUNCTION pgautofailover.get_coordinator(formation_id text = 'default', OUT node_host text, OUT node_port int)
RETURNS SETOF record LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT n.nodehost, n.nodeport
      FROM pgautofailover.node n
     WHERE n.formationid = $1 AND n.groupid = 0
       AND n.reportedstate IN ('single', 'wait_primary', 'primary') AND n.goalstate IN ('single', 'wait_primary', 'primary')
     ORDER BY n.nodeid;
END;
COMMENT ON FUNCTION pgautofailover.get_coordinator IS 'the primary of a formation';
