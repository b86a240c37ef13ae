-- What is true of a group, as each of its nodes stands in it. `requested` carries what an operator asks.
CREATE OR REPLACE FUNCTION pgautofailover.facts_of_group(
    formation_id text, group_id int, at timestamptz, requested text[] = '{}')
RETURNS TABLE (node_id bigint, facts text[]) LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH standings AS MATERIALIZED (
        SELECT array_agg(s) AS all_of
          FROM pgautofailover.node_status(facts_of_group.formation_id, facts_of_group.group_id, facts_of_group.at) s
    ), outcome AS MATERIALIZED (
        SELECT e.* FROM standings,
               pgautofailover.election(facts_of_group.formation_id, facts_of_group.group_id, standings.all_of) e
    ), status AS MATERIALIZED (
        SELECT s.*, o.is_in_every_set, o.suffices, o.may_lead, o.is_possible, o.is_decided, o.is_by_loss, o.is_complete,
               o.rank = 1 AS is_elected, bool_or(o.rank = 1) OVER () IS TRUE AS has_elected, o.is_first_complete, coalesce(s.nodeid = g.preferredid, false) AS is_preferred,
               g.lossallowedby IS NOT NULL AS is_loss_allowed, g.preferredid, g.primaryid, g.tli AS primary_tli, g.asynchronouslsn,
               f.number_sync_standbys
          FROM standings, unnest(standings.all_of) AS s
          JOIN outcome o USING (nodeid)
          JOIN pgautofailover.node_group g
            ON g.formationid = facts_of_group.formation_id AND g.groupid = facts_of_group.group_id
          JOIN pgautofailover.formation f ON f.formationid = g.formationid
    ), leader AS MATERIALIZED (
        SELECT s.*, reported.takes_writes AS reported_takes_writes, goal.takes_writes AS goal_takes_writes
          FROM status s
          JOIN pgautofailover.node_state reported ON reported.name = s.reportedstate
          JOIN pgautofailover.node_state goal ON goal.name = s.goalstate
         WHERE s.is_primary
    ), node AS MATERIALIZED (
        SELECT s.*,
               NOT s.is_primary AS is_other,
               -- not given up: one whose keeper is silent is given the demote timeout, even if its server still answers
               NOT s.is_lost
                   AND (s.is_fresh
                        OR facts_of_group.at - greatest(s.reporttime, pgautofailover.monitor_start(), l.statechangetime)
                           < pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds')) AS is_available,
               s.goalstate IN ('prepare_promotion', 'stop_replication', 'fast_forward')
                   OR s.reportedstate IN ('prepare_promotion', 'stop_replication', 'fast_forward') AS is_promoted,
               -- it holds all that the stopped primary has written: a position from after its stop
               coalesce(l.lsn <> '0/0' AND s.lsn >= l.lsn AND s.tli = l.tli AND l.walreporttime >= l.statechangetime, false) AS is_wal_complete,
               s.is_healthy AND s.receives AND s.reportedstate = 'secondary' AND s.goalstate = 'secondary' AS is_ready,
               s.reportedstate = 'wait_standby' AND s.goalstate = 'wait_standby' AS is_waiting,
               l.statechangetime AS leader_changed_at
          FROM status s LEFT JOIN leader l ON true
    ), every AS MATERIALIZED (
        -- one look at all nodes, since PostgreSQL plans this in each session; without a node that could say yes the answer is null
        SELECT count(*) = 1 AS alone,
               bool_or(n.is_primary) AS has_primary,
               bool_or(n.asynchronouslsn IS NOT NULL) AS asynchronous,
               bool_or(n.is_possible) AS possible,
               bool_or(n.is_decided) AS decided,
               bool_or(n.is_by_loss) AS by_loss,
               bool_or(n.is_loss_allowed) AS loss_allowed,
               bool_or(n.is_elected) AS elected,
               bool_and(n.reporttime > n.leader_changed_at AND NOT n.is_wal_complete
                        AND (NOT n.is_possible OR (n.is_decided AND NOT n.has_elected)))
                   FILTER (WHERE n.is_other AND n.may_lead AND n.is_available AND n.goalstate IN ('secondary', 'report_lsn')
                             AND n.leader_changed_at IS NOT NULL) AS incomplete,
               bool_or(n.is_other AND n.may_lead AND n.is_available
                       AND n.goalstate IN ('secondary', 'report_lsn', 'prepare_promotion', 'stop_replication', 'fast_forward')) AS has_candidate,
               bool_or(n.is_other AND n.may_lead AND n.is_ready) AS candidate_ready,
               bool_or(n.is_other AND n.is_preferred AND n.is_ready) AS preferred_ready,
               bool_or(n.is_other AND n.replicationquorum AND n.is_ready) AS quorum_standby_ready,
               bool_or(n.is_other AND n.is_ready) AS standby_ready,
               bool_or(n.is_other AND n.goalstate IN ('report_lsn', 'prepare_promotion', 'stop_replication', 'fast_forward')) AS being_elected,
               bool_or(n.is_other AND n.goalstate = 'fast_forward' AND n.reportedstate <> 'fast_forward'
                       AND facts_of_group.at - n.statechangetime >= 3 * pgautofailover.unhealthy_timeout()) AS slow_fetching,
               bool_or(n.may_lead) FILTER (WHERE n.is_other AND n.is_healthy AND (n.is_in_every_set OR n.replicationquorum)) AS may_lead,
               bool_or(n.is_other AND n.goalstate = 'secondary') AS streams,
               bool_or(n.is_other AND n.is_waiting AND n.statechangetime >= n.leader_changed_at) AS unprepared,
               bool_or(n.is_other AND n.is_waiting) AS waiting
          FROM node n
    ), wanted AS MATERIALIZED (
        SELECT w.needed, l.is_confirmed, l.recordedtime
          FROM pgautofailover.wanted_synchronous_set(facts_of_group.formation_id, facts_of_group.group_id) w
          LEFT JOIN pgautofailover.latest_synchronous_set(facts_of_group.formation_id, facts_of_group.group_id) l ON true
    ), shared AS MATERIALIZED (
        -- null where it does not hold; expressions of one row, since PostgreSQL makes each row of VALUES ready anew at each look
        SELECT ARRAY[
            CASE WHEN e.alone THEN 'alone' END,
            CASE WHEN w.needed = 0 THEN 'alone_allowed' END,
            CASE WHEN e.asynchronous THEN 'asynchronous' END,
            CASE WHEN e.incomplete THEN 'candidate_incomplete' END,
            CASE WHEN e.has_candidate IS NOT TRUE THEN 'candidate_lost' END,
            CASE WHEN e.candidate_ready THEN 'candidate_ready' END,
            CASE WHEN e.decided THEN 'election_decided' END,
            CASE WHEN e.possible THEN 'election_possible' END,
            CASE WHEN (l.goal_takes_writes OR l.goalstate IN ('init', 'maintenance')) IS NOT TRUE AND e.being_elected THEN 'election_running' END,
            CASE WHEN l.nodeid IS NOT NULL AND coalesce(l.answeredtime - l.reporttime < pgautofailover.unhealthy_timeout(), true) THEN 'fencing_believable' END,
            CASE WHEN e.slow_fetching THEN 'fetching_is_slow' END,
            CASE WHEN NOT EXISTS (SELECT FROM pgautofailover.node_group g
                                    JOIN pgautofailover.registered_node n ON n.nodeid = g.primaryid
                                   WHERE g.formationid = facts_of_group.formation_id
                                     AND g.groupid = facts_of_group.group_id)
                 THEN 'former_primary_gone' END,
            CASE WHEN e.loss_allowed THEN 'loss_accepted' END,
            CASE WHEN e.by_loss THEN 'loss_decided' END,
            CASE WHEN e.elected IS NOT TRUE THEN 'none_elected' END,
            CASE WHEN NOT e.may_lead THEN 'none_may_lead' END,
            CASE WHEN e.streams IS NOT TRUE THEN 'none_streams' END,
            CASE WHEN e.preferred_ready THEN 'preferred_ready' END,
            -- not one that is out of the way by an operator's wish, or whose server is just to be started
            CASE WHEN l.is_lost AND l.goalstate <> 'maintenance'
                      AND NOT (l.is_fresh AND l.goal_takes_writes AND NOT l.reported_takes_writes)
                 THEN 'primary_lost' END,
            CASE WHEN e.has_primary IS NOT TRUE THEN 'primary_removed' END,
            CASE WHEN l.is_serving THEN 'primary_serves' END,
            CASE WHEN l.is_stopped AND l.goalstate <> 'maintenance' THEN 'primary_stopped' END,
            CASE WHEN e.quorum_standby_ready THEN 'quorum_standby_ready' END,
            CASE WHEN NOT w.is_confirmed THEN 'set_changed' END,
            CASE WHEN w.recordedtime > l.statechangetime THEN 'set_overtaken' END,
            CASE WHEN e.standby_ready THEN 'standby_ready' END,
            CASE WHEN e.unprepared THEN 'standby_unprepared' END,
            CASE WHEN e.waiting THEN 'standby_waiting' END,
            CASE WHEN facts_of_group.at - l.statechangetime >= pgautofailover.unhealthy_timeout() THEN 'stop_is_old' END
          ] AS names
          FROM every e CROSS JOIN wanted w LEFT JOIN leader l ON true
    )
    SELECT n.nodeid,
           (SELECT coalesce(array_agg(f.name ORDER BY f.name) FILTER (WHERE f.name IS NOT NULL), '{}')
              FROM (SELECT unnest(shared.names || ARRAY[
                        CASE WHEN beside.may_lead THEN 'another_may_lead' END,
                        CASE WHEN beside.is_promoted THEN 'failover_running' END,
                        CASE WHEN facts_of_group.at
                                  - greatest(l.reporttime, n.statechangetime, pgautofailover.monitor_start())
                                  >= pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds')
                             THEN 'fencing_time_passed' END,
                        CASE WHEN n.is_complete THEN 'node_complete' END,
                        CASE WHEN n.tli > n.primary_tli THEN 'node_diverged' END,
                        CASE WHEN n.is_elected THEN 'node_elected' END,
                        CASE WHEN n.is_first_complete THEN 'node_first_complete' END,
                        CASE WHEN n.reportedstate <> n.goalstate
                                  AND facts_of_group.at - n.statechangetime >= 3 * pgautofailover.unhealthy_timeout()
                             THEN 'node_is_stuck' END,
                        CASE WHEN beside.comes_first IS NOT TRUE THEN 'node_first_choice' END,
                        CASE WHEN n.is_healthy THEN 'node_healthy' END,
                        CASE WHEN n.replicationquorum AND n.reportedstate = 'secondary' AND n.goalstate = 'secondary'
                                  AND beside.confirms IS NOT TRUE
                             THEN 'node_is_last_confirmer' END,
                        CASE WHEN n.is_primary THEN 'node_is_primary' END,
                        CASE WHEN n.is_lost THEN 'node_lost' END,
                        CASE WHEN n.may_lead THEN 'node_may_lead' END,
                        CASE WHEN l.statechangetime > n.statechangetime THEN 'node_prepared_for' END,
                        CASE WHEN n.receives THEN 'node_receives' END,
                        CASE WHEN n.receives_nothing THEN 'node_receives_nothing' END,
                        CASE WHEN n.suffices THEN 'node_suffices' END,
                        CASE WHEN facts_of_group.at - n.statechangetime >= pgautofailover.unhealthy_timeout() THEN 'node_waits_long' END,
                        CASE WHEN n.is_other AND NOT n.is_available THEN 'node_unavailable' END,
                        CASE WHEN n.number_sync_standbys = 0 THEN 'none_required' END,
                        CASE WHEN n.is_decided THEN 'quorum_rule_holds' END,
                        CASE WHEN n.tli = l.tli
                                  AND pgautofailover.wal_is_within(n.lsn, l.lsn,
                                          pgautofailover.setting_integer('enable_sync_wal_log_threshold', 16777216))
                             THEN 'wal_caught_up' END,
                        CASE WHEN n.is_other AND n.is_wal_complete THEN 'wal_complete' END,
                        CASE WHEN n.lsn >= n.asynchronouslsn
                                  AND pgautofailover.wal_is_within(n.lsn, l.lsn,
                                          pgautofailover.setting_integer('promote_wal_log_threshold', 16777216))
                             THEN 'wal_promotable' END
                    ]) AS name FROM shared) f)
           || facts_of_group.requested
      FROM node n LEFT JOIN leader l ON true
     CROSS JOIN LATERAL (
           SELECT bool_or(o.may_lead AND o.is_healthy AND o.goalstate IN ('secondary', 'report_lsn')) AS may_lead,
                  bool_or(o.is_promoted AND o.goalstate <> 'report_lsn') AS is_promoted,
                  bool_or(o.may_lead AND o.is_healthy AND o.goalstate IN ('secondary', 'report_lsn')
                          AND (NOT o.is_preferred, -o.candidatepriority, o.nodeid)
                              < (NOT n.is_preferred, -n.candidatepriority, n.nodeid)) AS comes_first,
                  bool_or(o.replicationquorum AND o.is_healthy AND o.goalstate = 'secondary') AS confirms
             FROM node o WHERE o.is_other AND o.nodeid <> n.nodeid) beside;
END;
