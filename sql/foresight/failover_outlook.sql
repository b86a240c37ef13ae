-- For each node of a group: what if its host were lost now? Who would lead (null: nobody), what could be
-- lost, what stands in the way, and for how many seconds nobody could write, estimated from the settings
-- (null: until somebody acts). It changes nothing.
CREATE OR REPLACE FUNCTION pgautofailover.failover_outlook(formation_id text = 'default', group_id int = 0)
RETURNS TABLE (lost_node text, leader text, may_lose text, obstacle text, seconds numeric)
LANGUAGE sql VOLATILE SECURITY DEFINER
SET search_path = pgautofailover, pg_catalog, pg_temp
BEGIN ATOMIC
    SELECT n.name, p.leader, p.may_lose, p.obstacle, p.seconds
      FROM unnest(pgautofailover.nodes_to_lose(failover_outlook.formation_id, failover_outlook.group_id)) WITH ORDINALITY AS n (name, place)
     CROSS JOIN LATERAL pgautofailover.play(failover_outlook.formation_id, failover_outlook.group_id, 'lost', n.name) p
     ORDER BY n.place;
END;
COMMENT ON FUNCTION pgautofailover.failover_outlook IS 'for each node: who would lead if it were lost now, what could be lost, and what stands in the way';
