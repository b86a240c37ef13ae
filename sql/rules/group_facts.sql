-- What is true of a group, as one of its nodes stands in it. `requested` carries what an operator asks.
CREATE OR REPLACE FUNCTION pgautofailover.group_facts(
    formation_id text, group_id int, node_id bigint, at timestamptz, requested text[] = '{}')
RETURNS text[] LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH status AS (
        SELECT * FROM pgautofailover.node_status(group_facts.formation_id, group_facts.group_id, group_facts.at)
    ), node AS (
        SELECT * FROM status WHERE nodeid = group_facts.node_id
    ), leader AS (
        SELECT * FROM status WHERE is_primary
    ), others AS (
        -- those beside the primary; when the primary is gone, those beside the node
        SELECT * FROM status
         WHERE NOT is_primary AND (nodeid <> group_facts.node_id OR EXISTS (SELECT FROM leader))
    ), sets AS (
        SELECT s.members, s.needed FROM pgautofailover.synchronous_set s
         WHERE s.formationid = group_facts.formation_id AND s.groupid = group_facts.group_id
    )
    SELECT coalesce(array_agg(f.name ORDER BY f.name), '{}') || group_facts.requested
      FROM (VALUES
        ('alone',                (SELECT count(*) = 1 FROM status)),
        ('asynchronous',         NOT EXISTS (SELECT FROM others WHERE replicationquorum)),
        ('candidate_incomplete', (SELECT bool_and(s.reporttime > leader.statechangetime
                                                  AND (s.lsn < leader.lsn OR leader.walreporttime < leader.statechangetime)
                                                  AND NOT EXISTS (SELECT FROM sets WHERE needed > 0 AND s.nodeid = ANY (members)))
                                    FROM others s, leader
                                   WHERE s.candidatepriority > 0 AND NOT s.is_lost AND s.goalstate = 'secondary')),
        -- one whose keeper is silent is given the demote timeout, even if its server still answers
        ('candidate_lost',       NOT EXISTS (SELECT FROM others
                                              WHERE candidatepriority > 0 AND NOT is_lost
                                                AND goalstate IN ('secondary', 'prepare_promotion', 'stop_replication')
                                                AND (is_fresh
                                                     OR group_facts.at - greatest(reporttime, pgautofailover.monitor_start(),
                                                                                  (SELECT statechangetime FROM leader))
                                                        < pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds')))),
        ('candidate_ready',      EXISTS (SELECT FROM others
                                          WHERE candidatepriority > 0 AND is_healthy AND receives
                                            AND reportedstate = 'secondary' AND goalstate = 'secondary')),
        ('failover_running',     EXISTS (SELECT FROM others
                                          WHERE goalstate IN ('prepare_promotion', 'stop_replication')
                                             OR reportedstate IN ('prepare_promotion', 'stop_replication'))),
        ('fencing_believable',   (SELECT coalesce(leader.answeredtime - leader.reporttime < pgautofailover.unhealthy_timeout(), true)
                                    FROM leader)),
        ('fencing_time_passed',  (SELECT group_facts.at
                                         - greatest(leader.reporttime, node.statechangetime, pgautofailover.monitor_start())
                                         >= pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds')
                                    FROM node LEFT JOIN leader ON true)),
        ('former_primary_gone',  NOT EXISTS (SELECT FROM pgautofailover.node_group g
                                               JOIN pgautofailover.registered_node n ON n.nodeid = g.primaryid
                                              WHERE g.formationid = group_facts.formation_id
                                                AND g.groupid = group_facts.group_id)),
        ('node_healthy',         (SELECT is_healthy FROM node)),
        ('node_in_every_set',    EXISTS (SELECT FROM sets)
                                 AND NOT EXISTS (SELECT FROM sets
                                                  WHERE needed = 0 OR NOT group_facts.node_id = ANY (members))),
        ('node_is_last_confirmer', (SELECT replicationquorum AND reportedstate = 'secondary' AND goalstate = 'secondary' FROM node)
                                 AND NOT EXISTS (SELECT FROM others
                                                  WHERE nodeid <> group_facts.node_id AND replicationquorum
                                                    AND is_healthy AND goalstate = 'secondary')),
        ('node_is_primary',      (SELECT is_primary FROM node)),
        ('node_lost',            (SELECT is_lost FROM node)),
        ('node_may_lead',        (SELECT candidatepriority > 0 FROM node)),
        ('node_receives',        (SELECT receives FROM node)),
        ('node_receives_nothing',(SELECT receives_nothing FROM node)),
        ('none_confirms',        NOT EXISTS (SELECT FROM others WHERE replicationquorum AND goalstate = 'secondary')),
        ('none_required',        (SELECT number_sync_standbys = 0 FROM pgautofailover.formation
                                   WHERE formationid = group_facts.formation_id)),
        ('none_streams',         NOT EXISTS (SELECT FROM others WHERE goalstate = 'secondary')),
        ('primary_healthy',      (SELECT is_healthy FROM leader)),
        ('primary_lost',         (SELECT is_lost FROM leader)),
        ('primary_stopped',      (SELECT is_stopped FROM leader)),
        ('quorum_rule_holds',    pgautofailover.quorum_rule_holds(group_facts.formation_id, group_facts.group_id)),
        ('quorum_standby_ready', EXISTS (SELECT FROM others
                                          WHERE replicationquorum AND is_healthy AND receives
                                            AND reportedstate = 'secondary' AND goalstate = 'secondary')),
        ('standby_ready',        EXISTS (SELECT FROM others
                                          WHERE is_healthy AND receives
                                            AND reportedstate = 'secondary' AND goalstate = 'secondary')),
        ('standby_waiting',      EXISTS (SELECT FROM others WHERE reportedstate = 'wait_standby' AND goalstate = 'wait_standby')),
        ('wal_caught_up',        (SELECT node.tli = leader.tli
                                         AND pgautofailover.wal_is_within(node.lsn, leader.lsn,
                                                 pgautofailover.setting_integer('enable_sync_wal_log_threshold', 16777216))
                                    FROM node, leader)),
        ('wal_complete',         (SELECT node.tli = leader.tli AND node.lsn >= leader.lsn AND leader.lsn <> '0/0'
                                         -- a position from after its stop
                                         AND leader.walreporttime >= leader.statechangetime
                                    FROM node, leader)),
        ('wal_promotable',       (SELECT pgautofailover.wal_is_within(node.lsn, leader.lsn,
                                                 pgautofailover.setting_integer('promote_wal_log_threshold', 16777216))
                                    FROM node, leader))
      ) AS f (name, holds)
     WHERE f.holds;
END;
