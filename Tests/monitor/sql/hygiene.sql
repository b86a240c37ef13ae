-- Promises about the database itself. Every query expects no rows.
\pset format unaligned
\t on
\echo '# functions that PUBLIC may execute'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace
   AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0));
\echo '# relations open to PUBLIC'
SELECT c.oid::regclass FROM pg_class c, aclexplode(c.relacl) a
 WHERE c.relnamespace = 'pgautofailover'::regnamespace AND a.grantee = 0;
\echo '# SECURITY DEFINER without a pinned search_path'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace AND p.prosecdef
   AND coalesce(array_to_string(p.proconfig, ' '), '') NOT LIKE '%search_path=pgautofailover, pg_catalog, pg_temp%';
\echo '# functions that read the clock themselves'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace AND p.proname NOT IN ('monitor_clock', 'monitor_start')
   AND pg_get_functiondef(p.oid) ~* '(\mnow\(|clock_timestamp|statement_timestamp|transaction_timestamp|current_timestamp|localtimestamp)';
\echo '# dynamic SQL'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace AND p.prosrc ~ '\mEXECUTE\M';
\echo '# errors swallowed'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace AND p.prosrc ~* 'WHEN OTHERS';
\echo '# tables and columns without a sentence'
SELECT c.oid::regclass FROM pg_class c
 WHERE c.relnamespace = 'pgautofailover'::regnamespace AND c.relkind IN ('r', 'v') AND obj_description(c.oid, 'pg_class') IS NULL;
\echo '# functions that keepers and operators may call, without a sentence'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL
   AND p.prosecdef AND p.proname <> 'why';
\echo '# what is not in a dump of the monitor although it lasts'
SELECT c.oid::regclass FROM pg_class c
 WHERE c.relnamespace = 'pgautofailover'::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'
   AND c.relname NOT IN ('rule', 'fact', 'node_state')
   AND NOT c.oid = ANY (SELECT unnest(extconfig) FROM pg_extension WHERE extname = 'pgautofailover');
\echo '# facts that nobody computes, or that an operator''s request does not bring'
SELECT f.name FROM pgautofailover.fact f
 WHERE f.name NOT LIKE 'requested\_%'
   AND pg_get_functiondef('pgautofailover.facts_of_group'::regproc) NOT LIKE '%''' || f.name || '''%';
