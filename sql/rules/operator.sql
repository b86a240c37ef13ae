-- What operators ask for, and when it is granted.
INSERT INTO pgautofailover.rule
  (pos, phase, node_in, primary_in, requires, forbids, node_goal, primary_goal, candidates_goal, because) VALUES
  (101, 'operator', '{primary}', NULL, '{requested_failover,node_is_primary,candidate_ready}', '{failover_running}',
        'draining', NULL, NULL, 'an operator asked for a failover, and a standby is ready to take over'),
  (111, 'operator', '{primary}', NULL, '{requested_maintenance,node_is_primary,candidate_ready}', '{failover_running}',
        'prepare_maintenance', NULL, NULL, 'an operator asked for maintenance of the primary, and a standby is ready to take over'),
  (113, 'operator', '{secondary}', '{primary}', '{requested_maintenance,node_is_last_confirmer,none_required}', '{}',
        'wait_maintenance', 'wait_primary', NULL, 'an operator asked for maintenance, and the primary must first learn to go on alone'),
  (115, 'operator', '{secondary,catchingup}', '{primary,wait_primary}', '{requested_maintenance}', '{node_is_last_confirmer}',
        'maintenance', NULL, NULL, 'an operator asked for maintenance'),
  (121, 'operator', '{maintenance}', '{single,wait_primary,primary,apply_settings,"*->wait_primary","*->primary"}', '{requested_maintenance_end}', '{}',
        'catchingup', NULL, NULL, 'an operator ended the maintenance'),
  (123, 'operator', '{maintenance}', NULL, '{requested_maintenance_end,alone}', '{}',
        'report_lsn', NULL, NULL, 'an operator ended the maintenance of the only node left');
