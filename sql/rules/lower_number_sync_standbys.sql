-- A node has left, or is leaving: the formation demands no more confirmations than leave one standby to
-- spare. The caller holds the group's lock.
CREATE OR REPLACE FUNCTION pgautofailover.lower_number_sync_standbys(formation_id text, group_id int)
RETURNS void LANGUAGE sql
BEGIN ATOMIC
    UPDATE pgautofailover.formation
       SET number_sync_standbys = greatest(q.standbys - 1, 0)
      FROM (SELECT (count(*) - 1)::int AS standbys FROM pgautofailover.registered_node n
             WHERE n.formationid = lower_number_sync_standbys.formation_id AND n.groupid = lower_number_sync_standbys.group_id
               AND n.goalstate <> 'dropped' AND n.replicationquorum) q
     WHERE formation.formationid = lower_number_sync_standbys.formation_id
       AND formation.number_sync_standbys > greatest(q.standbys - 1, 0);
END;
