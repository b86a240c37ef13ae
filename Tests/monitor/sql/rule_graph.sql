-- The ways that the rules can send a node. The keepers' table is compared with this list.
\pset format unaligned
\t on
SELECT from_state || ' -> ' || to_state FROM pgautofailover.rule_graph ORDER BY from_state COLLATE "C", to_state COLLATE "C";
