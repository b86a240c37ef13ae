-- The primary: who confirms its commits, and what it does when the one that should take over is lost.
INSERT INTO pgautofailover.rule
  (pos, phase, node_in, primary_in, requires, forbids, node_goal, primary_goal, candidates_goal, because) VALUES
  (401, 'primary', '{single}', NULL, '{standby_waiting}', '{}',
        'wait_primary', NULL, NULL, 'a new standby wants to join'),
  (411, 'primary', '{wait_primary}', NULL, '{quorum_standby_ready}', '{}',
        'primary', NULL, NULL, 'a quorum standby streams: commits wait for it again'),
  (413, 'primary', '{wait_primary}', NULL, '{asynchronous,standby_ready}', '{}',
        'primary', NULL, NULL, 'an asynchronous standby streams'),
  (421, 'primary', '{primary,apply_settings,"wait_primary->primary","apply_settings->primary"}', NULL, '{none_confirms,none_required}', '{asynchronous}',
        'wait_primary', NULL, NULL, 'no standby can confirm commits: the primary goes on alone'),
  (423, 'primary', '{primary,apply_settings,"wait_primary->primary","apply_settings->primary"}', NULL, '{asynchronous,none_streams}', '{}',
        'wait_primary', NULL, NULL, 'no standby streams'),
  (431, 'primary', '{apply_settings}', NULL, '{}', '{}',
        'primary', NULL, NULL, 'the changed settings are applied'),
  (441, 'primary', '{draining,prepare_maintenance,demote_timeout}', NULL, '{primary_stopped,node_is_primary,candidate_lost}', '{alone}',
        'wait_primary', NULL, 'catchingup', 'the candidate was lost before it was promoted: the primary goes on'),
  (443, 'primary', '{draining,prepare_maintenance,demote_timeout}', NULL, '{primary_stopped,node_is_primary,candidate_incomplete}', '{alone,failover_running}',
        'wait_primary', NULL, 'catchingup', 'no standby has all that the primary has written: the primary goes on');
