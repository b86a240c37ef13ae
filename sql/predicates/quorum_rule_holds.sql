-- The quorum rule: of every set that may be in force, so many members have durably stopped receiving
-- that (a) one of them holds every acknowledged commit and (b) the old primary can reach too few of
-- the others to acknowledge anything more. A set that lets the primary run alone never satisfies it.
CREATE OR REPLACE FUNCTION pgautofailover.quorum_rule_holds(formation_id text, group_id int)
RETURNS bool LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(bool_and(
               s.needed > 0
               AND (SELECT count(*)
                      FROM pgautofailover.registered_node n
                      JOIN pgautofailover.node_state reported ON reported.name = n.reportedstate
                      JOIN pgautofailover.node_state goal ON goal.name = n.goalstate
                     WHERE n.nodeid = ANY (s.members)
                       AND reported.is_detached
                       -- not told to receive again
                       AND (goal.is_detached OR goal.takes_writes))
                   >= cardinality(s.members) - s.needed + 1), false)
      FROM pgautofailover.synchronous_set s
     WHERE s.formationid = quorum_rule_holds.formation_id
       AND s.groupid = quorum_rule_holds.group_id;
END;
