-- What is known of each node of a group now: the three witnesses, weighed. Each column is true only
-- when it is known to be; what was not heard is false everywhere.
--
-- A node is lost when its keeper says so, or when all that could speak for it are silent: its keeper,
-- the monitor's probe, and the nodes connected to it. It is never lost before the monitor itself has
-- heard somebody of the group for the whole time: a monitor that was away believes nobody lost.
CREATE OR REPLACE FUNCTION pgautofailover.node_status(formation_id text, group_id int, at timestamptz)
RETURNS SETOF pgautofailover.node_standing LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH heard AS (
        SELECT n.nodeid, n.nodename, n.nodehost, n.nodeport, n.reportedstate, n.goalstate, n.statechangetime,
               n.candidatepriority, n.replicationquorum, n.detachedtli, n.detachedlsn,
               coalesce(n.nodeid = g.primaryid, false) AS is_primary,
               pgautofailover.is_fresh(r.reporttime, node_status.at) AS is_fresh,
               r.pgisrunning, r.runningsince, r.notrunningsince, r.repstate, r.tli, r.lsn, r.walreporttime, r.reporttime, r.answeredtime, r.nopeersince,
               r.connected, coalesce(r.applydelay, 0) > 0 AS is_delayed,
               r.reporttime - r.upstreamsilence AS upstream_heard_at,
               r.upstreamsilence,
               node_status.at - greatest(r.reporttime, pgautofailover.monitor_start())
                   >= pgautofailover.unhealthy_timeout() AS keeper_is_silent,
               r.health = 0 AND r.healthchecktime >= pgautofailover.monitor_start()
                   AND node_status.at - r.healthchecktime < 5 * pgautofailover.unhealthy_timeout() AS probe_fails,
               r.answer = 'silent' AS probe_is_silent,
               -- this node has been heard without a gap for the whole time that silence is measured over
               pgautofailover.is_fresh(r.reporttime, node_status.at)
                   AND node_status.at - r.reportingsince >= pgautofailover.unhealthy_timeout() AS is_steady_witness
          FROM pgautofailover.registered_node n
          JOIN pgautofailover.node_group g USING (formationid, groupid)
          LEFT JOIN pgautofailover.node_report r USING (nodeid)
         WHERE n.formationid = node_status.formation_id
           AND n.groupid = node_status.group_id
           AND n.goalstate <> 'dropped'
    ), witnessed AS (
        SELECT h.*,
               -- somebody connected to this node has heard it: a standby its primary, a primary its standbys
               CASE WHEN h.is_primary
                    THEN EXISTS (SELECT FROM heard other
                                  WHERE other.nodeid <> h.nodeid
                                    AND pgautofailover.is_fresh(other.upstream_heard_at, node_status.at))
                    ELSE EXISTS (SELECT FROM heard other
                                  WHERE other.is_primary AND other.nodeid <> h.nodeid AND other.is_fresh
                                    -- a keeper that does not tell whom it hears has but the one standby
                                    AND CASE WHEN other.connected IS NOT NULL THEN h.nodeid = ANY (other.connected)
                                             ELSE other.repstate <> '' AND (SELECT count(*) = 2 FROM heard) END)
               END AS is_heard_by_peer,
               -- a standby is given up only on the word of a primary that outlived it, and a primary that is not heard on the
               -- word of somebody who was heard for long enough after it: when the monitor is cut off, all fall silent at once
               EXISTS (SELECT FROM heard other
                        WHERE other.nodeid <> h.nodeid AND other.is_steady_witness
                          AND ((h.is_primary AND h.is_fresh) OR h.reporttime IS NULL
                               OR other.reporttime - h.reporttime
                                  >= pgautofailover.unhealthy_timeout() / CASE WHEN h.is_primary THEN 2 ELSE 1 END))
                   AS monitor_hears_others
          FROM heard h
    )
    SELECT w.nodeid, w.nodename, w.nodehost, w.nodeport, w.reportedstate::text, w.goalstate::text, w.statechangetime,
           w.candidatepriority, w.replicationquorum, w.is_primary,
           reported.takes_writes AND goal.takes_writes AND w.is_fresh AND coalesce(w.pgisrunning, false) AS is_serving,
           w.is_fresh,
           w.is_fresh AND coalesce(w.pgisrunning, false) AS is_healthy,
           coalesce(
               CASE
                   -- its keeper says that it does not run
                   WHEN w.is_fresh AND w.pgisrunning = false THEN true
                   -- its keeper has been restarting it for too long
                   WHEN w.is_fresh AND w.pgisrunning IS NULL
                       THEN node_status.at - w.notrunningsince > 5 * pgautofailover.unhealthy_timeout()
                   -- its keeper says that it runs, and nobody can reach it
                   WHEN w.is_fresh
                       THEN w.probe_fails AND w.probe_is_silent AND w.is_primary AND NOT w.is_heard_by_peer
                            AND w.monitor_hears_others
                            AND EXISTS (SELECT FROM heard other
                                         WHERE other.nodeid <> w.nodeid AND other.is_fresh
                                           AND other.upstreamsilence >= pgautofailover.unhealthy_timeout())
                   -- all three witnesses are silent
                   ELSE w.keeper_is_silent AND w.probe_fails AND NOT w.is_heard_by_peer AND w.monitor_hears_others
                        AND node_status.at - pgautofailover.monitor_start()
                            >= pgautofailover.setting_interval('startup_grace_period', interval '5 seconds')
               END, false) AS is_lost,
           reported.is_stopped AND goal.takes_writes IS FALSE AS is_stopped,
           reported.is_detached AND (goal.is_detached OR goal.takes_writes) AS is_detached,
           w.detachedtli, w.detachedlsn, w.is_delayed,
           -- it receives from the primary: by its own word, and by the primary's if that one tells whom it
           -- hears, since a standby may follow another node; else by what the primary sees
           w.is_fresh AND coalesce(w.pgisrunning, false)
               AND CASE WHEN w.upstreamsilence IS NOT NULL
                        THEN w.upstreamsilence < pgautofailover.unhealthy_timeout()
                             AND NOT EXISTS (SELECT FROM heard other
                                              WHERE other.is_primary AND other.is_fresh AND other.connected IS NOT NULL
                                                AND NOT w.nodeid = ANY (other.connected))
                        ELSE EXISTS (SELECT FROM heard other
                                      WHERE other.is_primary AND other.is_fresh AND other.repstate <> '') END
               AS receives,
           -- it says that it has heard nothing for too long (how old its report is does not count: that
           -- is not the primary's silence), or the primary says that it sees no standby; of a primary that
           -- has been running all the while, and has said so since: one that has just died is lost
           EXISTS (SELECT FROM heard other
                    WHERE other.is_primary AND other.nodeid <> w.nodeid AND other.is_fresh AND other.pgisrunning
                      AND NOT coalesce(other.probe_fails, false)
                      AND node_status.at - other.runningsince >= pgautofailover.unhealthy_timeout()
                      AND CASE WHEN w.is_fresh AND w.upstreamsilence IS NOT NULL
                               THEN coalesce(w.pgisrunning, false)
                                    AND w.upstreamsilence >= pgautofailover.unhealthy_timeout()
                                    AND other.reporttime - w.upstream_heard_at >= pgautofailover.unhealthy_timeout()
                               ELSE coalesce(other.reporttime - other.nopeersince >= pgautofailover.unhealthy_timeout(), false) END)
               AS receives_nothing,
           w.tli, w.lsn, w.walreporttime, w.reporttime, w.answeredtime
      FROM witnessed w
      JOIN pgautofailover.node_state reported ON reported.name = w.reportedstate
      JOIN pgautofailover.node_state goal ON goal.name = w.goalstate;
END;
