-- The nodes that are left for an election in which acknowledged commits may be lost: alive, or silent for
-- no longer than the demote timeout. One in an operator's hands, one that has no copy yet and one that went a
-- different way are none of them.
CREATE OR REPLACE FUNCTION pgautofailover.what_is_left(formation_id text, group_id int, at timestamptz)
RETURNS TABLE (nodeid bigint, words text, "position" pg_lsn, may_lead bool, is_alive bool) LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT s.nodeid, pgautofailover.node_description(s.nodeid, s.nodename, s.nodehost, s.nodeport),
           coalesce(s.detachedlsn, nullif(s.lsn, '0/0')),
           s.candidatepriority > 0 AND NOT s.is_delayed OR coalesce(s.nodeid = g.preferredid, false),
           s.is_healthy OR s.is_fresh AND k.is_at_hand
      FROM pgautofailover.node_status(what_is_left.formation_id, what_is_left.group_id, what_is_left.at) s
      JOIN pgautofailover.node_group g
        ON g.formationid = what_is_left.formation_id AND g.groupid = what_is_left.group_id
      -- a former primary that has stopped, and starts again when it is asked for its position
     CROSS JOIN LATERAL (SELECT s.is_stopped AND s.goalstate IN ('demoted', 'report_lsn') AS is_at_hand) k
     WHERE NOT s.is_primary
       AND s.goalstate IN ('secondary', 'catchingup', 'join_secondary', 'report_lsn', 'prepare_promotion',
                           'stop_replication', 'fast_forward', 'demoted')
       AND coalesce(s.detachedtli, s.tli) <= coalesce(g.tli, s.tli)
       AND (NOT s.is_lost OR k.is_at_hand)
       AND (s.is_fresh OR what_is_left.at - greatest(s.reporttime, pgautofailover.monitor_start())
                          < pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds'));
END;
