-- Every object of the extension: each change to the database is one readable difference.
\pset format unaligned
\t on
\echo '# objects; of functions also the beginning of their definition''s md5'
SELECT what FROM (
SELECT pg_describe_object(d.classid, d.objid, 0) || coalesce('  ' || left(md5(pg_get_functiondef(p.oid)), 8), '') AS what
  FROM pg_depend d
  LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
 WHERE d.refclassid = 'pg_extension'::regclass AND d.deptype = 'e'
   AND d.refobjid = (SELECT oid FROM pg_extension WHERE extname = 'pgautofailover')
) AS object ORDER BY what COLLATE "C";
\echo '# columns'
SELECT format('%s.%s %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN ' not null' ELSE '' END,
              ' default ' || pg_get_expr(d.adbin, d.adrelid))
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relnamespace = 'pgautofailover'::regnamespace AND c.relkind IN ('r', 'v', 'c') AND a.attnum > 0 AND NOT a.attisdropped
 ORDER BY c.relname COLLATE "C", a.attnum;
\echo '# storage'
SELECT format('%s %s', c.relname, array_to_string(c.reloptions, ' '))
  FROM pg_class c WHERE c.relnamespace = 'pgautofailover'::regnamespace AND c.relkind = 'r' AND c.reloptions IS NOT NULL
 ORDER BY c.relname COLLATE "C";
\echo '# constraints, indexes and triggers'
SELECT format('%s: %s %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid))
  FROM pg_constraint c WHERE c.connamespace = 'pgautofailover'::regnamespace AND c.conrelid <> 0
 ORDER BY c.conrelid::regclass::text COLLATE "C", c.conname COLLATE "C";
SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
 WHERE c.relnamespace = 'pgautofailover'::regnamespace
   AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
 ORDER BY 1;
SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
 WHERE c.relnamespace = 'pgautofailover'::regnamespace AND NOT t.tgisinternal
 ORDER BY 1;
\echo '# functions: result, language, security, what else they are set to'
SELECT concat_ws(' ', p.oid::regprocedure, '->', pg_get_function_result(p.oid), l.lanname,
                 CASE p.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' ELSE 'volatile' END,
                 CASE WHEN p.proisstrict THEN 'strict' END, CASE WHEN p.prosecdef THEN 'security definer' END,
                 array_to_string(p.proconfig, ' '))
  FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
 WHERE p.pronamespace = 'pgautofailover'::regnamespace
 ORDER BY p.oid::regprocedure::text COLLATE "C";
\echo '# privileges of others than the owner'
SELECT format('%s on schema %s to %s', lower(a.privilege_type), n.nspname, coalesce(nullif(a.grantee, 0)::regrole::text, 'public'))
  FROM pg_namespace n CROSS JOIN LATERAL aclexplode(n.nspacl) a
 WHERE n.nspname = 'pgautofailover' AND a.grantee <> n.nspowner
 ORDER BY 1;
SELECT format('%s on %s to %s', lower(a.privilege_type), c.oid::regclass, coalesce(nullif(a.grantee, 0)::regrole::text, 'public'))
  FROM pg_class c CROSS JOIN LATERAL aclexplode(c.relacl) a
 WHERE c.relnamespace = 'pgautofailover'::regnamespace AND a.grantee <> c.relowner
 ORDER BY c.relname COLLATE "C", a.privilege_type;
SELECT format('%s on function %s to %s', lower(a.privilege_type), p.oid::regprocedure, coalesce(nullif(a.grantee, 0)::regrole::text, 'public'))
  FROM pg_proc p CROSS JOIN LATERAL aclexplode(p.proacl) a
 WHERE p.pronamespace = 'pgautofailover'::regnamespace AND a.grantee <> p.proowner
 ORDER BY p.oid::regprocedure::text COLLATE "C";
\echo '# what a dump keeps'
SELECT c.oid::regclass FROM pg_extension e CROSS JOIN LATERAL unnest(e.extconfig) AS k (oid) JOIN pg_class c ON c.oid = k.oid
 WHERE e.extname = 'pgautofailover' ORDER BY c.relname COLLATE "C";
