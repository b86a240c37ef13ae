-- Nodes that are not the primary: joining, losing the primary, taking over, coming back.
INSERT INTO pgautofailover.rule
  (pos, phase, node_in, primary_in, requires, forbids, node_goal, primary_goal, candidates_goal, because) VALUES
  (301, 'standby', '{wait_standby}', '{wait_primary,primary}', '{primary_healthy}', '{}',
        'catchingup', NULL, NULL, 'the primary is ready for a new standby'),
  (303, 'standby', '{catchingup}', '{wait_primary,primary,apply_settings}', '{primary_healthy,node_healthy,node_receives,wal_caught_up}', '{}',
        'secondary', NULL, NULL, 'it streams from the primary and has caught up'),

  -- The primary is lost.
  (321, 'standby', '{secondary}', '{primary,apply_settings}', '{primary_lost,node_healthy,node_may_lead,node_in_every_set}', '{failover_running}',
        'prepare_promotion', 'draining', NULL, 'the primary is lost, and this standby can hold every acknowledged commit'),
  (323, 'standby', '{secondary}', '{primary,apply_settings}', '{primary_lost,node_healthy,node_may_lead,asynchronous,wal_promotable,fencing_believable}', '{failover_running}',
        'prepare_promotion', 'draining', NULL, 'the primary is lost, and this asynchronous standby is close enough behind it'),
  (324, 'standby', '{secondary}', '{primary,apply_settings,"*->draining","*->prepare_maintenance"}', '{primary_lost,asynchronous}', '{failover_running,fencing_believable}',
        NULL, NULL, NULL, 'the primary is lost, but its server outlived its keeper and may still acknowledge commits: nobody is promoted automatically'),
  (325, 'standby', '{secondary,catchingup}', '{wait_primary,"primary->wait_primary","wait_primary->primary","apply_settings->wait_primary"}', '{primary_lost}', '{}',
        NULL, NULL, NULL, 'the primary is lost, but it could acknowledge commits alone: only it is sure to have them, so nobody is promoted automatically'),

  (327, 'standby', '{secondary}', '{primary,apply_settings,"*->draining","*->prepare_maintenance"}', '{primary_lost}', '{failover_running,asynchronous,node_in_every_set}',
        NULL, NULL, NULL, 'the primary is lost, but this standby is not sure to hold every acknowledged commit: nobody is promoted automatically'),

  -- The primary has stopped as it was told.
  (331, 'standby', '{secondary}', '{draining,prepare_maintenance}', '{primary_stopped,node_healthy,node_may_lead,wal_complete}', '{failover_running}',
        'prepare_promotion', NULL, NULL, 'the primary has stopped, and this standby has all that it has written'),
  (333, 'standby', '{secondary}', '{draining,prepare_maintenance}', '{primary_stopped,node_healthy,node_may_lead,node_in_every_set}', '{failover_running}',
        'prepare_promotion', NULL, NULL, 'the primary has stopped, and this standby can hold every acknowledged commit'),
  (335, 'standby', '{secondary}', '{"*->draining","*->prepare_maintenance"}', '{primary_lost,node_healthy,node_may_lead,node_in_every_set}', '{failover_running}',
        'prepare_promotion', 'draining', NULL, 'the primary was lost while it was giving way'),
  (337, 'standby', '{secondary}', '{"*->draining","*->prepare_maintenance"}', '{primary_lost,node_healthy,node_may_lead,asynchronous,wal_promotable,fencing_believable}', '{failover_running}',
        'prepare_promotion', 'draining', NULL, 'the primary was lost while it was giving way, and this asynchronous standby is close enough behind it'),

  -- The candidate has stopped receiving.
  (341, 'standby', '{prepare_promotion}', '{prepare_maintenance}', '{primary_stopped,node_healthy}', '{}',
        'wait_primary', 'maintenance', NULL, 'the primary has stopped for its maintenance'),
  (343, 'standby', '{prepare_promotion}', '{draining,prepare_maintenance,demote_timeout,"*->draining","*->prepare_maintenance","*->demote_timeout"}',
        '{primary_stopped,node_healthy}', '{}',
        'wait_primary', 'demoted', NULL, 'the old primary has stopped'),
  (345, 'standby', '{prepare_promotion}', '{draining,prepare_maintenance,demote_timeout,"*->draining","*->prepare_maintenance","*->demote_timeout"}',
        '{quorum_rule_holds,node_healthy}', '{}',
        'wait_primary', 'demoted', NULL, 'the old primary can acknowledge nothing more, and every acknowledged commit is here'),
  (347, 'standby', '{prepare_promotion}', '{draining,prepare_maintenance,demote_timeout,"*->draining","*->prepare_maintenance","*->demote_timeout"}',
        '{node_healthy}', '{}',
        'stop_replication', 'demote_timeout', NULL, 'the old primary might still acknowledge commits: wait until it has surely stopped'),
  (351, 'standby', '{stop_replication}', '{draining,prepare_maintenance,demote_timeout,"*->draining","*->prepare_maintenance","*->demote_timeout"}',
        '{primary_stopped,node_healthy}', '{}',
        'wait_primary', 'demoted', NULL, 'the old primary has stopped'),
  (353, 'standby', '{stop_replication}', '{draining,prepare_maintenance,demote_timeout,"*->draining","*->prepare_maintenance","*->demote_timeout"}',
        '{quorum_rule_holds,node_healthy}', '{}',
        'wait_primary', 'demoted', NULL, 'the old primary can acknowledge nothing more, and every acknowledged commit is here'),
  (355, 'standby', '{stop_replication}', '{draining,prepare_maintenance,demote_timeout,"*->draining","*->prepare_maintenance","*->demote_timeout"}',
        '{asynchronous,node_healthy,fencing_time_passed,fencing_believable}', '{}',
        'wait_primary', 'demoted', NULL, 'the old primary has been silent for so long that it has stopped itself'),

  -- A standby that the primary cannot count on.
  (361, 'standby', '{secondary}', '{primary,wait_primary,apply_settings,"wait_primary->primary"}', '{primary_healthy,node_lost}', '{}',
        'catchingup', NULL, NULL, 'the standby is lost'),
  (363, 'standby', '{secondary}', '{primary,wait_primary,apply_settings,"wait_primary->primary"}', '{primary_healthy,node_receives_nothing}', '{}',
        'catchingup', NULL, NULL, 'the standby receives nothing from the primary'),

  -- Coming back.
  (371, 'standby', '{demoted,draining,demote_timeout,prepare_promotion,stop_replication,report_lsn}', '{wait_primary,primary,apply_settings,"wait_primary->primary"}', '{primary_healthy}', '{}',
        'catchingup', NULL, NULL, 'there is a primary to follow'),

  -- Maintenance.
  (381, 'standby', '{wait_maintenance}', '{wait_primary}', '{}', '{}',
        'maintenance', NULL, NULL, 'the primary goes on alone: maintenance may begin'),
  (383, 'standby', '{wait_maintenance}', '{single,primary,apply_settings}', '{}', '{}',
        'maintenance', NULL, NULL, 'the primary does not wait for this standby: maintenance may begin');
