-- A report that repeats what is known: no group lock, no rule, below 64 bytes of WAL a call.
\pset format unaligned
\t on
SET client_min_messages = warning;
SELECT story.begin('n1', 'n2');
-- away from virtual time: the primary and its standby report as keepers do
SET pgautofailover.test_clock = '2026-01-01 00:00:20+00';
CREATE FUNCTION story.heartbeat() RETURNS text LANGUAGE sql AS $$
    SELECT assigned_group_state FROM pgautofailover.node_active('default', 1, 0, 'primary', true, 1, '0/3000000', 'quorum',
        pgautofailover.synchronous_standby_names('default', 0))
$$;
SELECT story.report('n1'), story.report('n2');
SELECT story.heartbeat();
CHECKPOINT;
-- the first change of a page after a checkpoint is not a call's doing
SELECT story.heartbeat();
\echo '# the goal comes back, and no advisory lock is held'
BEGIN;
SELECT story.heartbeat();
SELECT count(*) AS group_locks FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
COMMIT;
\echo '# any other report takes the lock'
BEGIN;
SELECT assigned_group_state FROM pgautofailover.node_active('default', 1, 0, 'primary', NULL, 1, '0/3000000', '');
SELECT count(*) AS group_locks FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
ROLLBACK;
\echo '# bytes of WAL a call, of 200: below 64?'
SELECT pg_current_wal_insert_lsn() AS before \gset
DO $$ BEGIN FOR i IN 1..200 LOOP PERFORM story.heartbeat(); COMMIT; END LOOP; END $$;
SELECT (pg_current_wal_insert_lsn() - :'before') / 200 < 64;
\echo '# nobody waits for the disk'
BEGIN;
SELECT story.heartbeat();
SHOW synchronous_commit;
COMMIT;
SHOW synchronous_commit;
\echo '# but a transaction that did more before keeps its promise'
BEGIN;
CREATE TABLE story.more (x int);
SELECT story.heartbeat();
SHOW synchronous_commit;
ROLLBACK;
