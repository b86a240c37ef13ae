-- Who could lead the group now, in what order, and for each other node why not.
--
-- The quorum rule decides: of every set that the old primary may have in force, so many members have
-- stopped receiving that (a) one of them holds every acknowledged commit and (b) too few are left to
-- acknowledge anything more. `target` is the position that whoever leads must hold: the most advanced of
-- those members. If it is to be had from no living node, those that live must satisfy the rule by
-- themselves. A set that lets the primary run alone never satisfies it. Members on a later timeline than
-- the primary's went a different way and count for nothing.
--
-- When an operator accepts a loss, and every node that lives has told its position, the one that this
-- relies on among them, the most advanced of those is what remains: `is_by_loss`.
CREATE OR REPLACE FUNCTION pgautofailover.election(
    formation_id text, group_id int, standings pgautofailover.node_standing[])
RETURNS TABLE (nodeid bigint, is_in_every_set bool, suffices bool, may_lead bool, is_possible bool, is_decided bool, is_by_loss bool,
               target pg_lsn, is_complete bool, rank int, is_first_complete bool, excluded text)
LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH node AS (
        SELECT s.*, coalesce(s.detachedlsn IS NOT NULL AND s.is_detached AND NOT s.is_primary
                             AND s.detachedtli <= coalesce(g.tli, s.detachedtli), false) AS counts,
               g.tli AS primary_tli, coalesce(s.nodeid = g.lossreliesonid AND s.is_healthy, false) AS is_loss_allowed,
               coalesce(s.nodeid = g.preferredid, false) AS is_preferred,
               g.lossallowedby IS NOT NULL AS is_loss_accepted
          FROM unnest(election.standings) AS s
          JOIN pgautofailover.node_group g
            ON g.formationid = election.formation_id AND g.groupid = election.group_id
    ), sets AS (
        SELECT s.members, s.needed FROM pgautofailover.synchronous_set s
         WHERE s.formationid = election.formation_id AND s.groupid = election.group_id
    ), quorum AS MATERIALIZED (
        SELECT coalesce(bool_and(s.needed > 0 AND c.counting >= cardinality(s.members) - s.needed + 1), false) AS by_all,
               coalesce(bool_and(s.needed > 0 AND c.counting_alive >= cardinality(s.members) - s.needed + 1), false) AS by_living,
               coalesce(bool_and(s.needed > 0 AND c.reachable >= cardinality(s.members) - s.needed + 1), false) AS is_possible
          FROM sets s
         CROSS JOIN LATERAL (
               SELECT count(*) FILTER (WHERE n.counts) AS counting,
                      count(*) FILTER (WHERE n.counts AND n.is_healthy) AS counting_alive,
                      count(*) FILTER (WHERE n.counts OR n.is_healthy) AS reachable
                 FROM node n WHERE n.nodeid = ANY (s.members) AND NOT n.is_primary) c
    ), best AS MATERIALIZED (
        SELECT max(n.detachedlsn) FILTER (WHERE m.is_member) AS of_all,
               max(n.detachedlsn) FILTER (WHERE m.is_member AND n.is_healthy) AS of_living,
               max(n.detachedlsn) FILTER (WHERE n.is_healthy) AS of_any_living,
               bool_or(n.is_loss_allowed)
                   AND NOT EXISTS (SELECT FROM node o WHERE NOT o.is_primary AND o.is_healthy AND NOT o.counts
                                                       AND o.goalstate = 'report_lsn') AS all_living_told
          FROM node n
         CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM sets s WHERE n.nodeid = ANY (s.members)) AS is_member) m
         WHERE n.counts
    ), outcome AS MATERIALIZED (
        SELECT q.is_possible,
               CASE WHEN q.by_all AND b.of_living >= b.of_all THEN b.of_all
                    WHEN q.by_living THEN b.of_living END AS by_rule,
               CASE WHEN b.all_living_told THEN b.of_any_living END AS by_loss
          FROM quorum q, best b
    ), able AS MATERIALIZED (
        SELECT n.*,
               c.is_in_every_set AS in_every_set,
               NOT EXISTS (SELECT FROM sets s WHERE cardinality(s.members) - s.needed + 1 > 1) AS one_is_enough,
               -- whoever fetches what it lacks was chosen, and stays chosen while it may lead
               n.goalstate = 'fast_forward' AS is_chosen,
               n.goalstate <> 'maintenance'
                   AND (n.is_preferred
                        OR (n.candidatepriority > 0 AND NOT n.is_delayed
                            AND (c.is_in_every_set OR n.replicationquorum OR n.is_loss_accepted
                                 OR NOT EXISTS (SELECT FROM node q WHERE q.replicationquorum AND NOT q.is_primary)))) AS leads
          FROM node n
         CROSS JOIN LATERAL (
               SELECT EXISTS (SELECT FROM sets)
                      AND NOT EXISTS (SELECT FROM sets s WHERE s.needed = 0 OR NOT n.nodeid = ANY (s.members)) AS is_in_every_set) c
    ), judged AS (
        SELECT a.*, o.is_possible, o.by_rule, o.by_loss,
               coalesce(a.counts AND a.detachedlsn >= coalesce(o.by_rule, o.by_loss)
                        AND (a.in_every_set OR a.detachedtli = coalesce(a.primary_tli, a.detachedtli) OR o.by_rule IS NULL), false) AS complete,
               CASE WHEN a.is_primary THEN 'it is the primary that gives way'
                    WHEN a.goalstate = 'maintenance' THEN 'it is in maintenance'
                    WHEN a.candidatepriority = 0 AND NOT a.is_preferred THEN 'its candidate priority is 0'
                    WHEN a.is_delayed AND NOT a.is_preferred THEN 'it replays with a delay'
                    WHEN a.detachedtli > a.primary_tli THEN 'it went a different way, on another timeline'
                    WHEN NOT a.is_healthy THEN 'its server does not run, or its keeper is silent'
                    WHEN NOT a.leads THEN 'it does not take part in the replication quorum'
                    WHEN NOT a.counts THEN 'it has not told its position yet'
                    WHEN o.by_rule IS NULL AND o.by_loss IS NULL THEN 'further positions are needed'
                    WHEN o.by_rule IS NULL OR a.in_every_set THEN NULL
                    WHEN a.detachedtli < a.primary_tli THEN 'it has not reached the timeline of the primary'
                    WHEN NOT a.is_chosen
                         AND EXISTS (SELECT FROM able b WHERE b.in_every_set AND b.leads AND b.counts AND b.is_healthy)
                        THEN 'it did not confirm commits, and others that did may lead' END AS reason
          FROM able a CROSS JOIN outcome o
    )
    SELECT j.nodeid, j.in_every_set, j.in_every_set AND j.one_is_enough, j.leads,
           coalesce(j.is_possible, false) AND EXISTS (SELECT FROM able b WHERE NOT b.is_primary AND b.leads AND b.is_healthy),
           j.by_rule IS NOT NULL, j.by_rule IS NULL AND j.by_loss IS NOT NULL, coalesce(j.by_rule, j.by_loss), j.complete,
           CASE WHEN j.reason IS NULL
                THEN (row_number() OVER (PARTITION BY j.reason IS NULL
                                         ORDER BY j.is_chosen DESC, j.is_preferred DESC, j.candidatepriority DESC, j.detachedlsn DESC NULLS LAST, j.nodeid))::int END,
           j.reason IS NULL AND j.complete
               AND row_number() OVER (PARTITION BY j.reason IS NULL, j.complete
                                      ORDER BY j.is_chosen DESC, j.is_preferred DESC, j.candidatepriority DESC, j.detachedlsn DESC NULLS LAST, j.nodeid) = 1,
           j.reason
      FROM judged j;
END;
