-- Writes the manual's page about the SQL API from the database: what keepers and operators may call, and what they
-- may read. Run by scripts/test-sql.
\set QUIET on
\pset format unaligned
\pset tuples_only on
\echo '# SQL API'
\echo
\echo 'This page is made from the database; `make manual` writes it anew, and a test says when it is stale. All of it is in the schema'
\echo '`pgautofailover` of the monitor''s database, `pg_auto_failover`, and open to the role `autoctl_node`.'
\echo
\echo '```sql'
\echo 'SELECT * FROM pgautofailover.current_state();'
\echo 'SELECT pgautofailover.perform_failover(''default'', 0);'
\echo '```'
\echo
\echo 'The [error codes](README.md#error-codes-of-the-sql-api) are the same for all. The channels `state` and `log` (LISTEN) tell of each change of a state, and of each event; `node_<id>`, which keepers listen to, of each change in the group of that node.'
\echo
\echo '## Functions'
\echo
SELECT format(E'### %s\n\n%s.\n\n```\n%s(%s)\n    → %s\n```\n', p.proname,
              upper(left(coalesce(d.description, p.proname), 1)) || substr(coalesce(d.description, p.proname), 2), p.proname,
              replace(replace(pg_get_function_arguments(p.oid), 'pgautofailover.', ''), ', OUT ', E',\n    OUT '), replace(pg_get_function_result(p.oid), 'pgautofailover.', ''))
  FROM pg_proc p LEFT JOIN pg_description d ON d.objoid = p.oid AND d.classoid = 'pg_proc'::regclass
 WHERE p.pronamespace = 'pgautofailover'::regnamespace
   AND (has_function_privilege('autoctl_node', p.oid, 'EXECUTE') OR p.proname IN ('add_credential', 'remove_credential'))
 ORDER BY p.proname COLLATE "C", pg_get_function_identity_arguments(p.oid) COLLATE "C";
\echo '`add_credential` and `remove_credential` are for the monitor''s owner alone.'
\echo
\echo '## Tables and views'
\echo
SELECT format(E'### %s\n\n%s.\n\n| column | type | means |\n|---|---|---|\n%s\n', c.relname,
              upper(left(obj_description(c.oid, 'pg_class'), 1)) || substr(obj_description(c.oid, 'pg_class'), 2),
              (SELECT string_agg(format('| `%s` | %s | %s |', a.attname, replace(format_type(a.atttypid, a.atttypmod), 'pgautofailover.', ''), replace(coalesce(col_description(c.oid, a.attnum), ''), '|', '\|')), E'\n' ORDER BY a.attnum)
                 FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped))
  FROM pg_class c
 WHERE c.relnamespace = 'pgautofailover'::regnamespace AND c.relkind IN ('r', 'v') AND has_table_privilege('autoctl_node', c.oid, 'SELECT')
 ORDER BY c.relname COLLATE "C";
