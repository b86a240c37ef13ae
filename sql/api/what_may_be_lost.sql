-- What a failover that accepts a loss could lose now, in a sentence.
CREATE OR REPLACE FUNCTION pgautofailover.what_may_be_lost(formation_id text = 'default', group_id int = 0)
RETURNS text LANGUAGE sql VOLATILE STRICT SECURITY DEFINER
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    WITH standings AS MATERIALIZED (
        SELECT array_agg(s) AS all_of
          FROM pgautofailover.node_status(what_may_be_lost.formation_id, what_may_be_lost.group_id, pgautofailover.monitor_clock()) s
    ), node AS (
        SELECT s.nodeid, s.is_primary, s.is_healthy, coalesce(s.detachedlsn, nullif(s.lsn, '0/0')) AS "position", s.reporttime,
               pgautofailover.node_description(s.nodeid, s.nodename, s.nodehost, s.nodeport) AS words
          FROM standings, unnest(standings.all_of) AS s
    ), best AS (
        SELECT w.words, w."position"
          FROM pgautofailover.what_is_left(what_may_be_lost.formation_id, what_may_be_lost.group_id, pgautofailover.monitor_clock()) w
         WHERE w.is_alive ORDER BY w."position" DESC NULLS LAST, w.nodeid LIMIT 1
    ), decided AS (
        SELECT bool_or(e.is_decided) AS is_decided
          FROM standings, pgautofailover.election(what_may_be_lost.formation_id, what_may_be_lost.group_id, standings.all_of) e
    )
    SELECT CASE
               WHEN NOT EXISTS (SELECT FROM best) THEN 'Everything: no other node of the group is alive and follows it.'
               WHEN (SELECT is_decided FROM decided) THEN 'Nothing: enough nodes have told their positions.'
               ELSE format('Every commit after position %s, the most advanced that is left, of %s%s.',
                           coalesce((SELECT "position"::text FROM best), 'that is not known'), (SELECT words FROM best),
                           coalesce((SELECT format('; the primary, %s, last reported %s, %s bytes further, at %s, and may have gone on since',
                                                   p.words, p."position", greatest(p."position" - (SELECT "position" FROM best), 0), p.reporttime)
                                       FROM node p WHERE p.is_primary AND p."position" IS NOT NULL), ''))
           END;
END;
COMMENT ON FUNCTION pgautofailover.what_may_be_lost IS 'what a failover that accepts a loss could lose now';
