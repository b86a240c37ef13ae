-- Nodes in groups of two that are at rest, for the benches: group g has the primary 2g - 1 and the standby 2g.
-- psql variables: nodes, how many; silent and refusing, how many of them do not answer (see answering_servers.c); port.
INSERT INTO pgautofailover.formation (formationid, dbname) VALUES ('bench', 'postgres');
INSERT INTO pgautofailover.node_group (formationid, groupid, primaryid, tli)
SELECT 'bench', g, 2 * g - 1, 1 FROM generate_series(1, :nodes / 2) g;
INSERT INTO pgautofailover.registered_node (formationid, nodeid, groupid, nodename, nodehost, nodeport, goalstate, reportedstate, statechangetime)
SELECT 'bench', n, (n + 1) / 2, 'node' || n,
       CASE WHEN n <= :silent THEN '127.99.' ELSE '127.1.' END || n / 200 || '.' || n % 200 + 1,
       CASE WHEN n > :nodes - :refusing THEN :port + 1 ELSE :port END, state, state, now()
  FROM generate_series(1, :nodes) n, lateral (SELECT CASE n % 2 WHEN 1 THEN 'primary' ELSE 'secondary' END) s (state);
INSERT INTO pgautofailover.synchronous_set (formationid, groupid, members, needed, is_confirmed, recordedtime)
SELECT 'bench', g, ARRAY[2 * g], 1, true, now() FROM generate_series(1, :nodes / 2) g;
INSERT INTO pgautofailover.node_report (nodeid, reporttime, reportingsince, pgisrunning, runningsince, repstate, lsn, walreporttime,
                                        standbynames, upstreamsilence, health, answer, healthchecktime, answeredtime, connected, applydelay)
SELECT n, now(), now(), true, now(), CASE n % 2 WHEN 1 THEN 'quorum' ELSE '' END, '0/3000000', now(),
       CASE n % 2 WHEN 1 THEN pgautofailover.synchronous_standby_names('bench', (n + 1) / 2) END,
       CASE n % 2 WHEN 0 THEN interval '0.1 s' END, 1, 'answered', now(), now(),
       CASE n % 2 WHEN 1 THEN ARRAY[n + 1] END::bigint[], CASE n % 2 WHEN 0 THEN 0 END
  FROM generate_series(1, :nodes) n;
