-- What a standby's session needs when the primary is lost it has planned before: it rehearses the takeover, which changes nothing.
\pset format unaligned
\t on
SET client_min_messages = warning;
SELECT story.begin('n1', 'n2');
-- A session of its own, in which n2 reports and nothing else has happened.
\c -
\pset format unaligned
\t on
SET client_min_messages = warning;
CREATE FUNCTION story.standby(role text, seconds int, silence int = 100, timeline int = 1) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('pgautofailover.test_clock', (timestamptz '2026-01-02 00:00:00+00' + make_interval(secs => seconds))::text, false);
    RETURN (SELECT assigned_group_state FROM pgautofailover.node_active('default', 2, 0, role::pgautofailover.replication_state, true, timeline, '0/3000000', '',
                CASE role WHEN 'wait_primary' THEN '' END, silence));
END $$;
CREATE FUNCTION story.has_rehearsed() RETURNS bool LANGUAGE sql AS $$
    SELECT current_setting('pgautofailover_session.rehearses_at')::numeric - extract(epoch FROM pgautofailover.monitor_clock()) > 1000
$$;
CREATE FUNCTION story.what_lasts() RETURNS text LANGUAGE sql AS $$
    SELECT md5(concat((SELECT json_agg(n ORDER BY nodeid) FROM pgautofailover.registered_node n), (SELECT json_agg(g) FROM pgautofailover.node_group g),
                      (SELECT json_agg(s ORDER BY setid) FROM pgautofailover.synchronous_set s), (SELECT json_agg(e ORDER BY eventid) FROM pgautofailover.event e)))
$$;
CREATE TABLE story.planned AS SELECT ident FROM pg_backend_memory_contexts WHERE false;
\echo '# the first report of a session rehearses nothing, nor does one within the first minute'
SELECT story.standby('secondary', 0), story.standby('secondary', 1), story.has_rehearsed();
SELECT story.standby('secondary', 60), story.has_rehearsed();
\echo '# one after that does; nothing is changed, nothing is locked'
SELECT story.what_lasts() AS before \gset
BEGIN;
SELECT story.standby('secondary', 63), story.has_rehearsed();
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
COMMIT;
SELECT story.what_lasts() = :'before' AS is_as_before;
SELECT reportedstate, goalstate FROM pgautofailover.registered_node WHERE nodeid = 2;
\echo '# an hour later it does so again'
SELECT story.standby('secondary', 3000), current_setting('pgautofailover_session.rehearses_at') AS due \gset
SELECT story.standby('secondary', 3664), current_setting('pgautofailover_session.rehearses_at') > :'due';
\echo '# the takeover itself then plans nothing: statements that are planned in it'
INSERT INTO story.planned SELECT ident FROM pg_backend_memory_contexts WHERE name = 'CachedPlan';
BEGIN;
SELECT pgautofailover.assign(1, 'draining', 'it is lost', pgautofailover.monitor_clock()), pgautofailover.assign(2, 'prepare_promotion', 'it is lost', pgautofailover.monitor_clock());
SELECT story.standby('secondary', 3665), story.standby('prepare_promotion', 3665), story.standby('wait_primary', 3666, NULL, 2);
SELECT ident FROM pg_backend_memory_contexts WHERE name = 'CachedPlan' EXCEPT SELECT ident FROM story.planned;
ROLLBACK;
\echo '# a session that is younger rehearses when the standby begins to miss its primary'
SET pgautofailover_session.rehearses_at = '';
SELECT story.standby('secondary', 3667), story.has_rehearsed();
SELECT story.standby('secondary', 3668, 1400), story.has_rehearsed();
SELECT story.standby('secondary', 3669, 1600), story.has_rehearsed();
\echo '# one that has rehearsed looks at the rules then, at each report, and locks nothing: looks, locks'
CREATE FUNCTION story.looks() RETURNS bigint LANGUAGE sql
RETURN coalesce((SELECT calls FROM pg_stat_xact_user_functions WHERE funcname = 'next_match'), 0);
SET track_functions = 'all';
BEGIN;
SELECT story.standby('secondary', 3669, 1400), story.looks();
SELECT story.standby('secondary', 3669, 1600), story.looks();
SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();
COMMIT;
RESET track_functions;
\echo '# a rehearsal that fails is no failed report, and is not tried again at the next one'
CREATE FUNCTION story.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the stage is closed'; END $$;
CREATE TRIGGER refuse BEFORE UPDATE OF goalstate ON pgautofailover.registered_node FOR EACH ROW WHEN (NEW.goalstate = 'draining') EXECUTE FUNCTION story.refuse();
SET pgautofailover_session.rehearses_at = '0';
SELECT story.standby('secondary', 3670);
SELECT story.has_rehearsed();
SELECT story.standby('secondary', 3671);
DROP TRIGGER refuse ON pgautofailover.registered_node;
