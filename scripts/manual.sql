-- Writes the manual's page about states and rules from the database. Run by scripts/test-sql.
\set QUIET on
\pset format unaligned
\pset tuples_only on
\echo '# States and rules'
\echo
\echo 'This page is made from the monitor''s tables `node_state`, `fact`, `rule` and the view `rule_graph`; `make manual` writes it anew,'
\echo 'and a test says when it is stale. Ask a running monitor with `SELECT * FROM pgautofailover.rule ORDER BY pos`.'
\echo
\echo '## The ways between the states'
\echo
\echo '```mermaid'
\echo 'stateDiagram-v2'
\echo '    [*] --> single: first node'
\echo '    [*] --> wait_standby: another node'
SELECT format('    %s --> %s', from_state, to_state) FROM pgautofailover.rule_graph ORDER BY from_state COLLATE "C", to_state COLLATE "C";
\echo '```'
\echo
\echo '## States'
\echo
\echo '| state | takes writes | means |'
\echo '|---|---|---|'
SELECT format('| `%s` | %s | %s |', name, CASE WHEN takes_writes THEN 'yes' ELSE '' END, means)
  FROM pgautofailover.node_state ORDER BY name COLLATE "C";
\echo
\echo '## Rules'
\echo
\echo 'A node stands in a state, or on a way (`primary->draining`; `*->primary` is any way to it). In each phase the first rule by number'
\echo 'whose states match, whose required facts all hold and of whose forbidden ones none does, speaks.'
SELECT format(E'\n### %s\n\n| rule | node | primary | requires | forbids | node becomes | primary becomes | candidates become | because |\n|---|---|---|---|---|---|---|---|---|\n%s', phase,
              string_agg(format('| %s | %s | %s | %s | %s | %s | %s | %s | %s |', pos,
                                array_to_string(node_in, '<br>'), array_to_string(primary_in, '<br>'),
                                array_to_string(requires, '<br>'), array_to_string(forbids, '<br>'),
                                node_goal, primary_goal, candidates_goal, because), E'\n' ORDER BY pos))
  FROM pgautofailover.rule GROUP BY phase ORDER BY min(pos);
\echo
\echo '## Facts'
\echo
\echo '| fact | means |'
\echo '|---|---|'
SELECT format('| `%s` | %s |', name, means) FROM pgautofailover.fact ORDER BY name COLLATE "C";
\echo
\echo '## Settings of the monitor'
\echo
\echo 'In the monitor''s `postgresql.conf`; a reload applies them unless the table says otherwise.'
\echo
\echo '| setting | default | unit | applied by | means |'
\echo '|---|---|---|---|---|'
SELECT format('| `%s` | %s | %s | %s | %s |', name, coalesce(nullif(boot_val, ''), '(empty)'), coalesce(unit, ''),
              CASE context WHEN 'postmaster' THEN 'restart' ELSE 'reload' END, replace(concat_ws('. ', rtrim(short_desc, '.'), nullif(extra_desc, '')), '|', '\|'))
  FROM pg_settings WHERE name LIKE 'pgautofailover.%' ORDER BY name COLLATE "C";
