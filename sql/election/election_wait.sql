-- What an election waits for, in sentences; none when none is under way. A member of a set has told its
-- position, or was asked for it, or lives and is asked as soon as enough of them do, or is missing.
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
        SELECT s.nodeid, s.reportedstate, s.goalstate, s.is_healthy, s.is_lost, s.is_primary, s.replicationquorum,
               pgautofailover.node_description(s.nodeid, s.nodename, s.nodehost, s.nodeport) AS words,
               s.is_detached AND s.detachedlsn IS NOT NULL AS has_told,
               s.is_healthy AND NOT s.is_primary AND s.goalstate IN ('secondary', 'catchingup', 'join_secondary') AS is_at_hand
          FROM standings, unnest(standings.all_of) AS s
    ), outcome AS MATERIALIZED (
        SELECT e.nodeid, e.is_in_every_set, e.may_lead, e.is_decided, e.is_by_loss, e.rank, e.excluded
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
                ELSE format('of the %s standbys (%s) of which %s had to confirm commits, %s must have stopped receiving and told their position: %s have%s; waiting for %s',
                            cardinality(s.members), m.names, s.needed, m.wanted, m.told,
                            '; alive, and asked once enough are: ' || m.at_hand_names, m.awaited) END
      FROM waits, pgautofailover.synchronous_set s
     CROSS JOIN LATERAL (
           SELECT cardinality(s.members) - s.needed + 1 AS wanted,
                  string_agg(coalesce(n.words, 'node ' || i.id || ', which was removed'), ', ' ORDER BY i.id) AS names,
                  count(*) FILTER (WHERE n.has_told) AS told,
                  count(*) FILTER (WHERE NOT n.has_told AND n.is_at_hand) AS at_hand,
                  string_agg(n.words, ', ' ORDER BY i.id) FILTER (WHERE NOT n.has_told AND n.is_at_hand) AS at_hand_names,
                  string_agg(coalesce(n.words, 'node ' || i.id), ' or ' ORDER BY i.id)
                      FILTER (WHERE NOT coalesce(n.has_told OR n.is_at_hand, false)) AS awaited
             FROM unnest(s.members) AS i (id) LEFT JOIN node n ON n.nodeid = i.id) m
     WHERE waits.now AND s.formationid = election_wait.formation_id AND s.groupid = election_wait.group_id
       AND NOT EXISTS (SELECT FROM outcome WHERE is_decided OR is_by_loss)
       AND (s.needed = 0 OR m.told + m.at_hand < m.wanted)
    UNION ALL
    SELECT format('%s cannot lead: %s', n.words, o.excluded)
      FROM waits, node n JOIN outcome o USING (nodeid)
     WHERE waits.now AND NOT n.is_primary
       AND CASE WHEN EXISTS (SELECT FROM outcome WHERE is_decided OR is_by_loss)
                THEN NOT EXISTS (SELECT FROM outcome WHERE rank = 1)
                -- those that confirm commits live, and none of them may lead
                ELSE n.is_healthy
                     AND (SELECT NOT bool_or(l.may_lead) FROM outcome l JOIN node c USING (nodeid)
                           WHERE NOT c.is_primary AND c.is_healthy AND (l.is_in_every_set OR c.replicationquorum)) END;
END $$;
COMMENT ON FUNCTION pgautofailover.election_wait IS 'what an election waits for, in sentences';
