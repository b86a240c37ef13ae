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
               o.rank = 1 AS is_elected, o.is_first_complete, coalesce(s.nodeid = g.preferredid, false) AS is_preferred,
               g.lossallowedby IS NOT NULL AS is_loss_allowed, g.preferredid, g.primaryid, g.tli AS primary_tli, g.asynchronouslsn,
               f.number_sync_standbys
          FROM standings, unnest(standings.all_of) AS s
          JOIN outcome o USING (nodeid)
          JOIN pgautofailover.node_group g
            ON g.formationid = facts_of_group.formation_id AND g.groupid = facts_of_group.group_id
          JOIN pgautofailover.formation f ON f.formationid = g.formationid
    ), leader AS MATERIALIZED (
        SELECT * FROM status WHERE is_primary
    ), others AS MATERIALIZED (
        SELECT s.*,
               -- not given up: one whose keeper is silent is given the demote timeout, even if its server still answers
               NOT s.is_lost
                   AND (s.is_fresh
                        OR facts_of_group.at - greatest(s.reporttime, pgautofailover.monitor_start(),
                                                        (SELECT statechangetime FROM leader))
                           < pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds')) AS is_available,
               s.goalstate IN ('prepare_promotion', 'stop_replication', 'fast_forward')
                   OR s.reportedstate IN ('prepare_promotion', 'stop_replication', 'fast_forward') AS is_promoted,
               -- it holds all that the stopped primary has written: a position from after its stop
               coalesce(l.lsn <> '0/0' AND s.lsn >= l.lsn AND s.tli = l.tli AND l.walreporttime >= l.statechangetime, false) AS is_wal_complete
          FROM status s LEFT JOIN leader l ON true
         WHERE NOT s.is_primary
    ), wanted AS MATERIALIZED (
        SELECT w.needed, l.is_confirmed, l.recordedtime
          FROM pgautofailover.wanted_synchronous_set(facts_of_group.formation_id, facts_of_group.group_id) w
          LEFT JOIN pgautofailover.latest_synchronous_set(facts_of_group.formation_id, facts_of_group.group_id) l ON true
    ), shared AS MATERIALIZED (
        SELECT array_agg(f.name) AS names
          FROM (VALUES
            ('alone',                (SELECT count(*) = 1 FROM status)),
            ('alone_allowed',        (SELECT needed = 0 FROM wanted)),
            ('asynchronous',         (SELECT bool_or(asynchronouslsn IS NOT NULL) FROM status)),
            ('candidate_incomplete', (SELECT bool_and(o.reporttime > l.statechangetime AND NOT o.is_wal_complete
                                                      AND (NOT o.is_possible OR (o.is_decided AND NOT EXISTS (SELECT FROM status WHERE is_elected))))
                                        FROM others o, leader l
                                       WHERE o.may_lead AND o.is_available AND o.goalstate IN ('secondary', 'report_lsn'))),
            ('candidate_lost',       NOT EXISTS (SELECT FROM others
                                                  WHERE may_lead AND is_available
                                                    AND goalstate IN ('secondary', 'report_lsn', 'prepare_promotion', 'stop_replication', 'fast_forward'))),
            ('candidate_ready',      EXISTS (SELECT FROM others
                                              WHERE may_lead AND is_healthy AND receives
                                                AND reportedstate = 'secondary' AND goalstate = 'secondary')),
            ('election_decided',     (SELECT bool_or(is_decided) FROM status)),
            ('election_possible',    (SELECT bool_or(is_possible) FROM status)),
            ('election_running',     NOT coalesce((SELECT s.takes_writes OR l.goalstate IN ('init', 'maintenance')
                                                     FROM leader l JOIN pgautofailover.node_state s ON s.name = l.goalstate), false)
                                     AND EXISTS (SELECT FROM others
                                                  WHERE goalstate IN ('report_lsn', 'prepare_promotion', 'stop_replication', 'fast_forward'))),
            ('fencing_believable',   (SELECT coalesce(l.answeredtime - l.reporttime < pgautofailover.unhealthy_timeout(), true) FROM leader l)),
            ('fetching_is_slow',     EXISTS (SELECT FROM others
                                              WHERE goalstate = 'fast_forward' AND reportedstate <> 'fast_forward'
                                                AND facts_of_group.at - statechangetime >= 3 * pgautofailover.unhealthy_timeout())),
            ('former_primary_gone',  NOT EXISTS (SELECT FROM pgautofailover.node_group g
                                                   JOIN pgautofailover.registered_node n ON n.nodeid = g.primaryid
                                                  WHERE g.formationid = facts_of_group.formation_id
                                                    AND g.groupid = facts_of_group.group_id)),
            ('loss_accepted',        (SELECT bool_or(is_loss_allowed) FROM status)),
            ('loss_decided',         (SELECT bool_or(is_by_loss) FROM status)),
            ('none_elected',         NOT coalesce((SELECT bool_or(is_elected) FROM status), false)),
            ('none_may_lead',        (SELECT NOT bool_or(may_lead) FROM others
                                       WHERE is_healthy AND (is_in_every_set OR replicationquorum))),
            ('none_streams',         NOT EXISTS (SELECT FROM others WHERE goalstate = 'secondary')),
            ('preferred_ready',      EXISTS (SELECT FROM others
                                              WHERE is_preferred AND is_healthy AND receives
                                                AND reportedstate = 'secondary' AND goalstate = 'secondary')),
            -- not one that is out of the way by an operator's wish, or whose server is just to be started
            ('primary_lost',         (SELECT l.is_lost AND l.goalstate <> 'maintenance'
                                             AND NOT (l.is_fresh AND goal.takes_writes AND NOT reported.takes_writes)
                                        FROM leader l
                                        JOIN pgautofailover.node_state goal ON goal.name = l.goalstate
                                        JOIN pgautofailover.node_state reported ON reported.name = l.reportedstate)),
            ('primary_removed',      NOT EXISTS (SELECT FROM leader)),
            ('primary_serves',       (SELECT l.is_serving FROM leader l)),
            ('primary_stopped',      (SELECT l.is_stopped AND l.goalstate <> 'maintenance' FROM leader l)),
            ('quorum_standby_ready', EXISTS (SELECT FROM others
                                              WHERE replicationquorum AND is_healthy AND receives
                                                AND reportedstate = 'secondary' AND goalstate = 'secondary')),
            ('set_changed',          (SELECT NOT is_confirmed FROM wanted)),
            ('set_overtaken',        (SELECT w.recordedtime > l.statechangetime FROM wanted w, leader l)),
            ('standby_ready',        EXISTS (SELECT FROM others
                                              WHERE is_healthy AND receives
                                                AND reportedstate = 'secondary' AND goalstate = 'secondary')),
            ('standby_unprepared',   EXISTS (SELECT FROM others o, leader l
                                              WHERE o.reportedstate = 'wait_standby' AND o.goalstate = 'wait_standby'
                                                AND o.statechangetime >= l.statechangetime)),
            ('standby_waiting',      EXISTS (SELECT FROM others WHERE reportedstate = 'wait_standby' AND goalstate = 'wait_standby')),
            ('stop_is_old',          (SELECT facts_of_group.at - l.statechangetime >= pgautofailover.unhealthy_timeout() FROM leader l))
          ) AS f (name, holds)
         WHERE f.holds
    )
    SELECT n.nodeid,
           (SELECT coalesce(array_agg(f.name ORDER BY f.name), '{}')
              FROM (SELECT unnest(shared.names) AS name FROM shared
                    UNION ALL
                    SELECT own.name
                      FROM (VALUES
                        ('another_may_lead',     EXISTS (SELECT FROM others o
                                                          WHERE o.nodeid <> n.nodeid AND o.may_lead AND o.is_healthy
                                                            AND o.goalstate IN ('secondary', 'report_lsn'))),
                        ('failover_running',     EXISTS (SELECT FROM others o
                                                          WHERE o.nodeid <> n.nodeid AND o.is_promoted AND o.goalstate <> 'report_lsn')),
                        ('fencing_time_passed',  facts_of_group.at
                                                     - greatest(l.reporttime, n.statechangetime, pgautofailover.monitor_start())
                                                     >= pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds')),
                        ('node_complete',        n.is_complete),
                        ('node_diverged',        n.tli > n.primary_tli),
                        ('node_elected',         n.is_elected),
                        ('node_first_complete',  n.is_first_complete),
                        ('node_is_stuck',        n.reportedstate <> n.goalstate
                                                     AND facts_of_group.at - n.statechangetime >= 3 * pgautofailover.unhealthy_timeout()),
                        ('node_first_choice',    NOT EXISTS (SELECT FROM others o
                                                              WHERE o.nodeid <> n.nodeid AND o.may_lead AND o.is_healthy
                                                                AND o.goalstate IN ('secondary', 'report_lsn')
                                                                AND (NOT o.is_preferred, -o.candidatepriority, o.nodeid)
                                                                    < (NOT n.is_preferred, -n.candidatepriority, n.nodeid))),
                        ('node_healthy',         n.is_healthy),
                        ('node_is_last_confirmer', n.replicationquorum AND n.reportedstate = 'secondary' AND n.goalstate = 'secondary'
                                                     AND NOT EXISTS (SELECT FROM others o
                                                                      WHERE o.nodeid <> n.nodeid AND o.replicationquorum
                                                                        AND o.is_healthy AND o.goalstate = 'secondary')),
                        ('node_is_primary',      n.is_primary),
                        ('node_lost',            n.is_lost),
                        ('node_may_lead',        n.may_lead),
                        ('node_prepared_for',    l.statechangetime > n.statechangetime),
                        ('node_receives',        n.receives),
                        ('node_receives_nothing',n.receives_nothing),
                        ('node_suffices',        n.suffices),
                        ('node_waits_long',      facts_of_group.at - n.statechangetime >= pgautofailover.unhealthy_timeout()),
                        ('node_unavailable',     EXISTS (SELECT FROM others o WHERE o.nodeid = n.nodeid AND NOT o.is_available)),
                        ('none_required',        n.number_sync_standbys = 0),
                        ('quorum_rule_holds',    n.is_decided),
                        ('wal_caught_up',        n.tli = l.tli
                                                     AND pgautofailover.wal_is_within(n.lsn, l.lsn,
                                                             pgautofailover.setting_integer('enable_sync_wal_log_threshold', 16777216))),
                        ('wal_complete',         EXISTS (SELECT FROM others o WHERE o.nodeid = n.nodeid AND o.is_wal_complete)),
                        ('wal_promotable',       n.lsn >= n.asynchronouslsn
                                                     AND pgautofailover.wal_is_within(n.lsn, l.lsn,
                                                             pgautofailover.setting_integer('promote_wal_log_threshold', 16777216)))
                      ) AS own (name, holds)
                     WHERE own.holds) f)
           || facts_of_group.requested
      FROM status n LEFT JOIN leader l ON true;
END;
