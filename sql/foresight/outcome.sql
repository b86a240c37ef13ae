-- How a played event ends for a group: read at its end, before it is undone. `since` is the last event
-- before it.
CREATE OR REPLACE FUNCTION pgautofailover.outcome(
    formation_id text, group_id int, world pgautofailover.played_world, since bigint, at timestamptz)
RETURNS pgautofailover.played LANGUAGE sql VOLATILE
BEGIN ATOMIC
    WITH said AS MATERIALIZED (
        SELECT e.eventid, e.nodeid, e.reportedstate, e.goalstate, e.facts, e AS whole,
               'fencing_time_passed' = ANY (r.requires) AS waits_for_fencing
          FROM pgautofailover.event e JOIN pgautofailover.rule r ON r.pos = e.rule_pos
         WHERE e.formationid = outcome.formation_id AND e.groupid = outcome.group_id AND e.eventid > outcome.since
    ), node AS MATERIALIZED (
        SELECT s.*, pgautofailover.node_description(s.nodeid, s.nodename, s.nodehost, s.nodeport) AS words
          FROM pgautofailover.node_status(outcome.formation_id, outcome.group_id, outcome.at) s
    ), leader AS MATERIALIZED (
        SELECT * FROM node WHERE is_serving
    ), promotion AS MATERIALIZED (
        SELECT said.* FROM said
          JOIN leader USING (nodeid)
          JOIN pgautofailover.node_state reported ON reported.name = said.reportedstate
          JOIN pgautofailover.node_state goal ON goal.name = said.goalstate
         WHERE reported.is_detached AND goal.takes_writes
         ORDER BY said.eventid LIMIT 1
    ), lacking AS MATERIALIZED (
        -- who should confirm commits at the end, and who is there
        SELECT l.needed, count(n.nodeid) FILTER (WHERE n.is_healthy AND n.receives AND n.goalstate = 'secondary') AS present
          FROM pgautofailover.latest_synchronous_set(outcome.formation_id, outcome.group_id) l
          LEFT JOIN node n ON n.nodeid = ANY (l.members)
         GROUP BY l.needed
    ), barred AS (
        -- who lives, when none of them may ever lead: words about positions would only hide that
        SELECT string_agg(CASE WHEN n.reportedstate = 'maintenance' THEN n.words || ' is in maintenance'
                               ELSE format('%s cannot lead: %s', n.words, e.excluded) END, '; ' ORDER BY n.nodeid) AS words
          FROM node n
          JOIN pgautofailover.election(outcome.formation_id, outcome.group_id,
                   (SELECT array_agg(s) FROM pgautofailover.node_status(outcome.formation_id, outcome.group_id, outcome.at) s)) e
               ON e.nodeid = n.nodeid
         WHERE NOT n.is_primary AND (n.is_healthy OR (n.is_fresh AND n.reportedstate = 'maintenance'))
        HAVING bool_and(NOT e.may_lead OR n.reportedstate = 'maintenance')
    ), told AS (
        -- what the rules say at the end that they wait for, be it news or not
        SELECT string_agg(DISTINCT m.because, '; ')
               || coalesce(': ' || (SELECT string_agg(w.sentence, '; ' ORDER BY w.sentence)
                                      FROM pgautofailover.election_wait(outcome.formation_id, outcome.group_id) w), '') AS words
          FROM pgautofailover.matches(outcome.formation_id, outcome.group_id, outcome.at) m
         WHERE coalesce(m.node_goal, m.primary_goal, m.candidates_goal) IS NULL
    ), nearest AS (
        -- of the rules for such a day the one that comes nearest to speaking, and what keeps it from that
        SELECT format('rule %s (%s) does not speak for %s: %s', w.rule_pos, w.because, w.node_name,
                      (SELECT string_agg(o.words, ', and ' ORDER BY o.words)
                         FROM (SELECT 'it is not so that ' || f.means AS words FROM pgautofailover.fact f WHERE f.name = ANY (w.missing)
                               UNION ALL
                               SELECT f.means FROM pgautofailover.fact f WHERE f.name = ANY (w.blocking)) o)) AS words
          FROM pgautofailover.why(outcome.formation_id, outcome.group_id) w
          JOIN pgautofailover.rule r ON r.pos = w.rule_pos
         WHERE w.node_goal IS NOT NULL AND w.phase <> 'operator' AND w.node_id = ANY ((outcome.world).reporting)
           AND r.requires && '{primary_lost,primary_stopped,primary_removed,election_running}'
           AND NOT w.missing && '{primary_lost,primary_stopped,primary_removed,election_running}'
           AND NOT r.requires && '{loss_accepted,loss_decided}'
           AND cardinality(w.missing) + cardinality(w.blocking) BETWEEN 1 AND 2
         ORDER BY cardinality(w.missing) + cardinality(w.blocking), w.rule_pos, w.node_id LIMIT 1
    ), standing AS (
        SELECT 'no rule speaks: ' || string_agg(format('%s is in state %s', n.nodename, pgautofailover.node_label(n.reportedstate, n.goalstate)),
                                                ', ' ORDER BY n.nodeid) AS words
          FROM node n
    ), ending AS (
        SELECT (SELECT nodename FROM leader) AS leader, alone.is_nobody_left,
               CASE
                   WHEN NOT EXISTS (SELECT FROM leader)
                       THEN coalesce((SELECT words FROM barred),
                                     CASE WHEN alone.is_nobody_left THEN 'no other node of the group is alive' END,
                                     nullif(concat_ws('; ', (SELECT words FROM told), (SELECT words FROM nearest)), ''),
                                     (SELECT words FROM standing))
                   WHEN (SELECT needed > present FROM lacking)
                       THEN (SELECT format('commits wait: %s of the standbys must confirm each, and %s can', needed, present) FROM lacking)
               END AS obstacle
          FROM (SELECT NOT EXISTS (SELECT FROM node WHERE NOT is_primary AND is_healthy) AS is_nobody_left) alone
    )
    SELECT ROW(
        (SELECT array_agg(said.whole ORDER BY said.eventid) FROM said),
        ending.leader,
        CASE
            WHEN ending.leader IS NULL
                THEN (SELECT CASE WHEN w.words LIKE 'Nothing%' THEN 'nothing'
                                  WHEN ending.is_nobody_left THEN 'everything, if the primary does not come back'
                                  ELSE 'nothing if the primary comes back, or else ' || lower(left(w.words, 1)) || rtrim(substr(w.words, 2), '.') END
                        FROM pgautofailover.what_may_be_lost(outcome.formation_id, outcome.group_id) AS w (words))
            WHEN NOT EXISTS (SELECT FROM promotion)
                 OR (SELECT facts && '{quorum_rule_holds,election_decided,primary_stopped}' FROM promotion)
                THEN 'nothing'
            ELSE (SELECT format('every commit after position %s, which is what %s has%s', l.lsn, l.words,
                                (SELECT format('; %s last reported %s, %s bytes further, and may have gone on since',
                                               p.words, p.lsn, greatest(p.lsn - l.lsn, 0))
                                   FROM node p WHERE p.nodeid = (outcome.world).primary_id))
                    FROM leader l)
        END,
        ending.obstacle,
        CASE
            WHEN ending.leader IS NULL OR ending.obstacle IS NOT NULL THEN NULL
            -- the primary stays, and enough standbys confirm
            WHEN NOT EXISTS (SELECT FROM promotion) AND NOT coalesce((outcome.world).writes_stop, false)
                 AND (SELECT nodeid = (outcome.world).primary_id FROM leader) THEN 0
            ELSE round(extract(epoch FROM pgautofailover.unhealthy_timeout()
                                          + pgautofailover.setting_interval('health_check_period', interval '1 second')
                                          + CASE WHEN (SELECT bool_or(said.waits_for_fencing) FROM said)
                                                 THEN pgautofailover.setting_interval('primary_demote_timeout', interval '30 seconds')
                                                 ELSE interval '0' END), 1)
        END)::pgautofailover.played
      FROM ending;
END;
