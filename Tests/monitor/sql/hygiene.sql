-- Promises about the database itself. Every query expects no rows.
\pset format unaligned
\t on
\echo '# functions that PUBLIC may execute'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace
   AND (p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) a WHERE a.grantee = 0));
\echo '# relations, columns or the schema open to PUBLIC'
SELECT c.oid::regclass FROM pg_class c, aclexplode(c.relacl) a
 WHERE c.relnamespace = 'pgautofailover'::regnamespace AND a.grantee = 0;
SELECT c.oid::regclass FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid, aclexplode(t.attacl) a
 WHERE c.relnamespace = 'pgautofailover'::regnamespace AND a.grantee = 0;
SELECT n.nspname FROM pg_namespace n, aclexplode(n.nspacl) a WHERE n.nspname = 'pgautofailover' AND a.grantee = 0;
\echo '# relations that keepers may do more with than look'
SELECT c.oid::regclass, a.privilege_type FROM pg_class c, aclexplode(c.relacl) a
 WHERE c.relnamespace = 'pgautofailover'::regnamespace AND a.grantee <> c.relowner AND a.privilege_type <> 'SELECT';
\echo '# SECURITY DEFINER without a pinned search_path'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace AND p.prosecdef
   AND coalesce(array_to_string(p.proconfig, ' '), '') NOT LIKE '%search_path=pgautofailover, pg_catalog, pg_temp%';
\echo '# trigger functions without one: whoever writes a table brings a search_path of their own'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace AND p.prorettype = 'trigger'::regtype
   AND coalesce(array_to_string(p.proconfig, ' '), '') NOT LIKE '%search_path=pgautofailover, pg_catalog, pg_temp%';
\echo '# SECURITY DEFINER that nobody but the owner may call'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace AND p.prosecdef
   AND NOT has_function_privilege('autoctl_node', p.oid, 'EXECUTE');
\echo '# functions that read the clock themselves'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace AND p.proname NOT IN ('monitor_clock', 'monitor_start', 'wall_clock_time')
   AND pg_get_functiondef(p.oid) ~* '(\mnow\(|''now''|clock_timestamp|statement_timestamp|transaction_timestamp|current_timestamp|current_time\M|localtime|timeofday|pg_postmaster_start_time|pg_conf_load_time)';
\echo '# functions that set the clock, beside the one that plays an event and undoes it'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace AND p.prosrc ~* 'set_config' AND p.prosrc ~* 'test_clock' AND p.proname <> 'play';
\echo '# dynamic SQL, beside what grants a role'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace AND (p.prosecdef OR p.proname NOT IN ('add_credential', 'remove_credential'))
   AND (p.prosrc ~* '\mexecute\M' OR p.prosrc ~* 'query_to_xml|cursor_to_xml|dblink');
\echo '# errors swallowed, beside the one that becomes a warning'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace AND p.prosrc ~* 'WHEN OTHERS' AND p.proname <> 'rehearse_takeover';
\echo '# tables without a sentence'
SELECT c.oid::regclass FROM pg_class c
 WHERE c.relnamespace = 'pgautofailover'::regnamespace AND c.relkind IN ('r', 'v') AND obj_description(c.oid, 'pg_class') IS NULL;
\echo '# functions that keepers and operators may call, without a sentence'
SELECT p.oid::regprocedure FROM pg_proc p
 WHERE p.pronamespace = 'pgautofailover'::regnamespace AND obj_description(p.oid, 'pg_proc') IS NULL
   AND has_function_privilege('autoctl_node', p.oid, 'EXECUTE');
\echo '# what is not in a dump of the monitor although it lasts'
SELECT c.oid::regclass FROM pg_class c
 WHERE c.relnamespace = 'pgautofailover'::regnamespace AND c.relkind = 'r' AND c.relpersistence = 'p'
   AND c.relname NOT IN ('rule', 'fact', 'node_state')
   AND NOT c.oid = ANY (SELECT unnest(extconfig) FROM pg_extension WHERE extname = 'pgautofailover');
\echo '# sequences of what is in a dump, that are not'
SELECT s.oid::regclass FROM pg_class s
  JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
 WHERE s.relnamespace = 'pgautofailover'::regnamespace AND s.relkind = 'S'
   AND d.refobjid = ANY (SELECT unnest(extconfig) FROM pg_extension WHERE extname = 'pgautofailover')
   AND NOT s.oid = ANY (SELECT unnest(extconfig) FROM pg_extension WHERE extname = 'pgautofailover');
\echo '# facts that nobody computes, or that an operator''s request does not bring'
SELECT f.name FROM pgautofailover.fact f
 WHERE f.name NOT LIKE 'requested\_%'
   AND pg_get_functiondef('pgautofailover.facts_of_group'::regproc) NOT LIKE '%''' || f.name || '''%';
