-- What would happen: events played on today's facts, which stay as they are.
\t on
\pset format unaligned
SET client_min_messages = warning;
\set QUIET on
CREATE TEMP VIEW everything AS
SELECT md5(concat((SELECT string_agg(n::text, ';' ORDER BY nodeid) FROM pgautofailover.registered_node n),
                  (SELECT string_agg(r::text, ';' ORDER BY nodeid) FROM pgautofailover.node_report r),
                  (SELECT string_agg(g::text, ';') FROM pgautofailover.node_group g),
                  (SELECT string_agg(s::text, ';' ORDER BY setid) FROM pgautofailover.synchronous_set s),
                  (SELECT string_agg(e::text, ';' ORDER BY eventid) FROM pgautofailover.event e))) AS sum;

\echo '# Two nodes.'
SELECT story.begin('n1', 'n2');
CREATE TEMP TABLE before AS SELECT sum FROM everything;
SELECT node_name, was, becomes, rule_pos FROM pgautofailover.what_if();
SELECT * FROM pgautofailover.failover_outlook();
\echo '# Only the monitor cannot see the primary: nothing happens.'
SELECT node_name, was, becomes, rule_pos FROM pgautofailover.what_if('default', 0, 'monitor_cut');
\echo '# A switchover.'
SELECT node_name, was, becomes, rule_pos FROM pgautofailover.what_if('default', 0, 'switchover');
\echo '# Nothing has changed.'
SELECT b.sum = e.sum FROM before b, everything e;

\echo
\echo '# The standby is lost: nobody could take over.'
SELECT story.silence('n2');
SELECT story.pass(6);
SELECT * FROM pgautofailover.failover_outlook();

\echo
\echo '# Three nodes, the last of highest priority, and behind.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.set_node_candidate_priority('default', 'n3', 90);
SELECT story.pass(3);
UPDATE story.keeper SET lsn = '0/4000000' WHERE name IN ('n1', 'n2');
SELECT story.pass(1);
SELECT node_name, was, becomes, rule_pos FROM pgautofailover.what_if();
SELECT node_name, was, becomes, rule_pos FROM pgautofailover.what_if(node_name => 'n2');
SELECT * FROM pgautofailover.failover_outlook();
\echo '# One standby is lost: commits would wait if the other one were.'
SELECT story.silence('n3');
SELECT story.pass(6);
SELECT * FROM pgautofailover.failover_outlook();

\echo
\echo '# An asynchronous standby: commits may be lost, and the demote timeout passes first.'
SELECT story.begin('n1');
SELECT story.create('n2', quorum => false);
SELECT story.pass(6);
SELECT * FROM pgautofailover.failover_outlook();

\echo
\echo '# Words that say nothing.'
\set VERBOSITY sqlstate
SELECT pgautofailover.what_if('default', 0, 'earthquake');
SELECT pgautofailover.what_if('default', 0, 'lost', 'nobody');
SELECT pgautofailover.what_if('nowhere');
