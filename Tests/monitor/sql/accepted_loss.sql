-- A loss that an operator accepts: when it is granted, for which election it counts, and when it ends.
\t on
\pset format unaligned
SET client_min_messages = warning;
\set QUIET on
\set SHOW_CONTEXT never
CREATE VIEW story.permission AS
SELECT format('%s, on %s', coalesce(g.lossallowedby, 'nobody'), coalesce(k.name, 'nothing'))
  FROM pgautofailover.node_group g LEFT JOIN story.keeper k ON k.id = g.lossreliesonid;
CREATE VIEW story.decision AS
SELECT description FROM pgautofailover.event WHERE description LIKE '%decision%' OR description LIKE '%decided to%' ORDER BY eventid;
-- Three nodes; the last lacks something, and is lost together with the primary.
CREATE FUNCTION story.two_are_lost() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM story.begin('n1', 'n2', 'n3');
    UPDATE story.keeper SET lsn = '0/4000000' WHERE name IN ('n1', 'n2');
    UPDATE story.keeper SET lsn = '0/3F00000' WHERE name = 'n3';
    PERFORM story.pass(1);
    PERFORM story.silence('n1');
    PERFORM story.silence('n3');
    PERFORM story.pass(8);
    UPDATE story.told SET eventid = (SELECT max(eventid) FROM pgautofailover.event);
END $$;

\echo '# The only node that lives has just gone into maintenance: nobody could take over, and it is refused.'
SELECT story.begin('n1', 'n2', 'n3');
SELECT story.silence('n1');
SELECT story.silence('n3');
SELECT pgautofailover.start_maintenance(2);
SELECT story.pass(8);
SELECT pgautofailover.what_may_be_lost();
SELECT pgautofailover.force_failover('default', 0, 'ann@example');
SELECT * FROM story.permission;
\echo '# A node that comes back later is not promoted by it.'
SELECT story.tell();
SELECT story.heal('n3');
SELECT story.pass(40);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# It is refused, too, when the only node that lives may not lead.'
SELECT story.two_are_lost();
SELECT pgautofailover.set_node_candidate_priority('default', 'n2', 0);
SELECT pgautofailover.force_failover('default', 0, 'ann@example');
\echo '# and while the primary is silent, but not known to be lost'
SELECT story.begin('n1', 'n2');
SELECT story.silence('n1');
UPDATE story.keeper SET answer = 'answered' WHERE name = 'n1';
SELECT story.pass(5);
SELECT pgautofailover.force_failover('default', 0, 'ann@example');
\echo '# and while it is in maintenance, during which nobody takes over.'
SELECT story.begin('n1', 'n2');
SELECT pgautofailover.start_maintenance(1, false);
SELECT story.pass(2);
SELECT story.silence('n1');
SELECT story.pass(8);
SELECT pgautofailover.force_failover('default', 0, 'ann@example');
SELECT * FROM story.permission;

\echo
\echo '# It was granted, and the node that it relies on falls silent before it has told its position.'
SELECT story.two_are_lost();
UPDATE story.keeper SET obeys = false WHERE name = 'n2';
SELECT pgautofailover.force_failover('default', 0, 'ann@example');
SELECT story.pass(1);
SELECT * FROM story.permission;
SELECT story.silence('n2');
SELECT story.pass(5);
\echo '# One that has less comes back: it is not promoted in its place, neither before nor after the decision has ended.'
SELECT story.heal('n3');
SELECT story.pass(10);
SELECT * FROM story.permission;
SELECT story.pass(40);
SELECT story.tell();
SELECT * FROM story.permission;
SELECT * FROM story.decision;
SELECT story.state();
\echo '# Somebody decides anew.'
SELECT pgautofailover.force_failover('default', 0, 'bob@example') LIKE 'Every commit after position 0/3F00000%';
SELECT story.pass(40);
SELECT story.tell();
SELECT * FROM story.permission;
SELECT story.state();

\echo
\echo '# The other one comes back just before the monitor knows that this one is lost: it is not promoted in between.'
SELECT story.two_are_lost();
UPDATE story.keeper SET obeys = false WHERE name = 'n2';
SELECT pgautofailover.force_failover('default', 0, 'ann@example') LIKE 'Every commit after position 0/4000000%';
SELECT story.pass(1);
SELECT story.silence('n2');
SELECT story.pass(1);
SELECT story.heal('n3');
SELECT story.pass(3);
SELECT * FROM story.permission;
SELECT story.tell();
SELECT story.pass(5);
SELECT * FROM story.permission;
\echo '# Both have told their positions in the end: nothing is lost, and no decision is needed.'
SELECT story.heal('n2');
UPDATE story.keeper SET obeys = true WHERE name = 'n2';
SELECT story.pass(6);
SELECT story.tell();
SELECT story.state();

\echo
\echo '# The old primary is heard before anybody was chosen: the decision ends, and the primary goes on.'
SELECT story.two_are_lost();
UPDATE story.keeper SET obeys = false WHERE name = 'n2';
SELECT pgautofailover.force_failover('default', 0, 'ann@example') LIKE 'Every commit after%';
SELECT story.heal('n1');
SELECT story.pass(1);
UPDATE story.keeper SET obeys = true WHERE name = 'n2';
SELECT story.pass(15);
SELECT story.tell();
SELECT * FROM story.permission;
SELECT * FROM story.decision;
SELECT story.state();

\echo
\echo '# The node that it relies on is removed: the decision ends.'
SELECT story.two_are_lost();
UPDATE story.keeper SET obeys = false WHERE name = 'n2';
SELECT pgautofailover.force_failover('default', 0, 'ann@example') LIKE 'Every commit after%';
SELECT pgautofailover.remove_node(2, true);
SELECT * FROM story.permission;

\echo
\echo '# What is left is a former primary that has stopped: it can take over.'
SELECT story.begin('n1', 'n2');
UPDATE story.keeper SET avoids = 'wait_primary' WHERE name = 'n2';
SELECT pgautofailover.perform_failover();
SELECT story.pass(5);
SELECT story.silence('n2');
SELECT story.pass(5);
SELECT story.state();
SELECT pgautofailover.force_failover('default', 0, 'ann@example') LIKE 'Every commit after%';
SELECT story.pass(40);
SELECT story.state();
DROP VIEW story.permission, story.decision;
DROP FUNCTION story.two_are_lost();
