-- The nodes of a formation with what they reported and what they should be.
CREATE OR REPLACE FUNCTION pgautofailover.current_state(
    formation_id text = 'default',
    OUT formation_kind text, OUT nodename text, OUT nodehost text, OUT nodeport int, OUT group_id int, OUT node_id bigint,
    OUT current_group_state pgautofailover.replication_state, OUT assigned_group_state pgautofailover.replication_state,
    OUT candidate_priority int, OUT replication_quorum bool, OUT reported_tli int, OUT reported_lsn pg_lsn,
    OUT health int, OUT nodecluster text)
RETURNS SETOF record LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT f.kind, n.nodename, n.nodehost, n.nodeport, n.groupid, n.nodeid, n.reportedstate, n.goalstate,
           n.candidatepriority, n.replicationquorum, n.reportedtli, n.reportedlsn, n.health, n.nodecluster
      FROM pgautofailover.node n JOIN pgautofailover.formation f USING (formationid)
     WHERE n.formationid = $1
     ORDER BY n.groupid, n.nodeid;
END;
COMMENT ON FUNCTION pgautofailover.current_state(text) IS 'the nodes of a formation: reported and assigned states, settings, positions, health';

-- The same, of one group.
CREATE OR REPLACE FUNCTION pgautofailover.current_state(
    formation_id text, group_id int,
    OUT formation_kind text, OUT nodename text, OUT nodehost text, OUT nodeport int, OUT group_id int, OUT node_id bigint,
    OUT current_group_state pgautofailover.replication_state, OUT assigned_group_state pgautofailover.replication_state,
    OUT candidate_priority int, OUT replication_quorum bool, OUT reported_tli int, OUT reported_lsn pg_lsn,
    OUT health int, OUT nodecluster text)
RETURNS SETOF record LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT s.formation_kind, s.nodename, s.nodehost, s.nodeport, s.group_id, s.node_id, s.current_group_state, s.assigned_group_state,
           s.candidate_priority, s.replication_quorum, s.reported_tli, s.reported_lsn, s.health, s.nodecluster
      FROM pgautofailover.current_state($1) s
     WHERE s.group_id = $2;
END;
COMMENT ON FUNCTION pgautofailover.current_state(text, int) IS 'the nodes of a group: reported and assigned states, settings, positions, health';
