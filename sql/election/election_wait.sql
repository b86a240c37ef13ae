-- What an election waits for, in sentences; none when none is under way.
CREATE OR REPLACE FUNCTION pgautofailover.election_wait(formation_id text = 'default', group_id int = 0)
RETURNS TABLE (sentence text)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz := pgautofailover.monitor_clock();
BEGIN
    RETURN QUERY
    WITH standings AS MATERIALIZED (
        SELECT array_agg(s) AS all_of
          FROM pgautofailover.node_status(election_wait.formation_id, election_wait.group_id, _at) s
    ), node AS MATERIALIZED (
        SELECT s.nodeid, s.reportedstate, s.goalstate, s.is_healthy, s.is_lost, s.is_primary, s.is_detached, s.detachedlsn,
               pgautofailover.node_description(s.nodeid, s.nodename, s.nodehost, s.nodeport) AS words
          FROM standings, unnest(standings.all_of) AS s
    ), outcome AS MATERIALIZED (
        SELECT e.nodeid, e.is_decided, e.is_by_loss, e.rank, e.excluded
          FROM standings,
               pgautofailover.election(election_wait.formation_id, election_wait.group_id, standings.all_of) e
    ), waits AS (
        -- nobody takes writes, and nobody is being promoted
        SELECT EXISTS (SELECT FROM node WHERE NOT is_primary)
               AND NOT EXISTS (SELECT FROM node n JOIN pgautofailover.node_state s ON s.name = n.goalstate
                                WHERE s.takes_writes AND NOT n.is_lost)
               AND NOT EXISTS (SELECT FROM node WHERE goalstate IN ('prepare_promotion', 'stop_replication', 'fast_forward') AND is_healthy)
               AND NOT EXISTS (SELECT FROM node WHERE is_primary AND goalstate IN ('maintenance', 'init')) AS now
    )
    SELECT CASE WHEN s.needed = 0
                THEN 'the old primary could acknowledge commits alone: only it is sure to have them; bring it back, or use pg_autoctl perform failover --allow-data-loss'
                ELSE format('of the %s standbys (%s) of which %s had to confirm commits, %s must have stopped receiving and told their position: %s have; waiting for %s',
                            cardinality(s.members),
                            (SELECT string_agg(coalesce(n.words, 'node ' || m.id || ', which was removed'), ', ' ORDER BY m.id)
                               FROM unnest(s.members) AS m (id) LEFT JOIN node n ON n.nodeid = m.id),
                            s.needed, cardinality(s.members) - s.needed + 1, t.told,
                            (SELECT string_agg(coalesce(n.words, 'node ' || m.id), ' or ' ORDER BY m.id)
                               FROM unnest(s.members) AS m (id) LEFT JOIN node n ON n.nodeid = m.id
                              WHERE NOT coalesce(n.is_detached AND n.detachedlsn IS NOT NULL, false))) END
      FROM waits, pgautofailover.synchronous_set s
     CROSS JOIN LATERAL (SELECT count(*) AS told FROM node n
                          WHERE n.nodeid = ANY (s.members) AND n.is_detached AND n.detachedlsn IS NOT NULL) t
     WHERE waits.now AND s.formationid = election_wait.formation_id AND s.groupid = election_wait.group_id
       AND NOT EXISTS (SELECT FROM outcome WHERE is_decided OR is_by_loss)
       AND (s.needed = 0 OR t.told < cardinality(s.members) - s.needed + 1)
    UNION ALL
    SELECT format('%s cannot lead: %s', n.words, o.excluded)
      FROM waits, node n JOIN outcome o USING (nodeid)
     WHERE waits.now AND NOT n.is_primary
       AND EXISTS (SELECT FROM outcome WHERE is_decided OR is_by_loss)
       AND NOT EXISTS (SELECT FROM outcome WHERE rank = 1);
END $$;
COMMENT ON FUNCTION pgautofailover.election_wait IS 'what an election waits for, in sentences';
