-- What is true of a group, as one of its nodes stands in it.
CREATE OR REPLACE FUNCTION pgautofailover.group_facts(
    formation_id text, group_id int, node_id bigint, at timestamptz, requested text[] = '{}')
RETURNS text[] LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT f.facts
      FROM pgautofailover.facts_of_group(group_facts.formation_id, group_facts.group_id, group_facts.at, group_facts.requested) f
     WHERE f.node_id = group_facts.node_id;
END;
