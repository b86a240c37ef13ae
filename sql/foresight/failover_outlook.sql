-- For each node of a group: what if its host were lost now? Who leads then, what may be lost, what stands
-- in the way, and how long until somebody takes writes, by the settings.
CREATE OR REPLACE FUNCTION pgautofailover.failover_outlook(formation_id text = 'default', group_id int = 0)
RETURNS TABLE (lost_node text, leader text, may_lose text, obstacle text, seconds numeric)
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
    SELECT n.nodename,
           (SELECT l.nodename FROM registered_node l WHERE l.nodeid = (f.seen).leader_id),
           CASE WHEN (f.seen).leader_id IS NULL
                    THEN format('what only node "%s" has, if it does not come back', n.nodename)
                WHEN (f.seen).may_lose THEN 'commits that the asynchronous standby has not received'
                ELSE 'nothing' END,
           (f.seen).obstacle,
           CASE WHEN (f.seen).leader_id IS NULL THEN NULL
                WHEN NOT (f.seen).is_promotion THEN 0
                ELSE round(extract(epoch FROM unhealthy_timeout() + setting_interval('health_check_period', interval '1 second'))
                           + (f.seen).seconds, 1) END
      FROM registered_node n
     CROSS JOIN LATERAL (SELECT foresee(n.formationid, n.groupid, 'lost', n.nodeid) AS seen OFFSET 0) f
     WHERE n.formationid = $1 AND n.groupid = $2 AND n.goalstate <> 'dropped'
     ORDER BY n.nodeid
$$;
COMMENT ON FUNCTION pgautofailover.failover_outlook IS 'for each node: what if it were lost now';
