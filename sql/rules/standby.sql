-- Nodes that are not the primary: joining, losing the primary, taking over, coming back.
INSERT INTO pgautofailover.rule
  (pos, phase, node_in, primary_in, requires, forbids, node_goal, primary_goal, candidates_goal, because) VALUES
  (301, 'standby', '{wait_standby}', '{wait_primary,primary,apply_settings}', '{primary_serves,node_prepared_for}', '{}',
        'catchingup', NULL, NULL, 'the primary is ready for a new standby'),
  (303, 'standby', '{catchingup,join_secondary}', NULL, '{primary_serves,node_healthy,node_receives,wal_caught_up}', '{}',
        'secondary', NULL, NULL, 'it streams from the primary and has caught up'),
  (311, 'standby', '{secondary,join_secondary}', NULL, '{primary_serves,node_diverged}', '{}',
        'catchingup', NULL, NULL, 'it went a different way than the primary, on another timeline'),

  -- The primary is lost.
  (321, 'standby', '{secondary}', '{primary,apply_settings,"*->primary","*->apply_settings","*->draining","*->prepare_maintenance"}', '{primary_lost,node_healthy,node_may_lead,node_suffices}', '{failover_running}',
        'prepare_promotion', 'draining', NULL, 'the primary is lost, and this standby can hold every acknowledged commit'),
  (322, 'standby', '{secondary}', '{primary,apply_settings,"*->primary","*->apply_settings","*->draining","*->prepare_maintenance"}', '{primary_lost,election_possible}', '{asynchronous,failover_running}',
        'report_lsn', 'draining', NULL, 'the primary is lost: its standbys stop receiving and elect a new one'),
  (323, 'standby', '{secondary}', '{primary,apply_settings,"*->primary","*->apply_settings","*->draining","*->prepare_maintenance"}', '{primary_lost,node_healthy,node_may_lead,asynchronous,wal_promotable,fencing_believable}', '{failover_running}',
        'prepare_promotion', 'draining', NULL, 'the primary is lost, and this asynchronous standby is close enough behind it'),
  (324, 'standby', '{secondary,catchingup,join_secondary,report_lsn,demoted,"secondary->catchingup","join_secondary->catchingup","maintenance->catchingup","report_lsn->catchingup","prepare_promotion->catchingup","stop_replication->catchingup","fast_forward->catchingup","*->join_secondary","demoted->catchingup"}', '{primary,apply_settings,wait_primary,"*->primary","*->apply_settings","*->wait_primary","*->draining","*->prepare_maintenance"}', '{primary_lost,loss_accepted}', '{failover_running}',
        'report_lsn', 'draining', NULL, 'the primary is lost, and an operator has decided that acknowledged commits may be lost'),
  (325, 'standby', '{secondary}', NULL, '{primary_lost,asynchronous}', '{primary_stopped,failover_running,fencing_believable}',
        NULL, NULL, NULL, 'the primary is lost, but its server outlived its keeper and may still acknowledge commits: nobody is promoted automatically'),
  (326, 'standby', '{secondary,catchingup,join_secondary,report_lsn,demoted,"secondary->catchingup","join_secondary->catchingup","maintenance->catchingup","report_lsn->catchingup","prepare_promotion->catchingup","stop_replication->catchingup","fast_forward->catchingup","*->join_secondary","demoted->catchingup"}', '{wait_primary,"primary->wait_primary","wait_primary->primary","apply_settings->wait_primary","*->wait_primary"}', '{primary_lost}', '{}',
        NULL, NULL, NULL, 'the primary is lost, but it could acknowledge commits alone: only it is sure to have them, so nobody is promoted automatically'),
  (327, 'standby', '{secondary}', NULL, '{primary_lost}', '{primary_stopped,asynchronous,failover_running,election_possible,none_may_lead}',
        NULL, NULL, NULL, 'the primary is lost, but those who live are not sure to hold every acknowledged commit: nobody is promoted automatically'),
  (328, 'standby', '{secondary}', NULL, '{primary_lost,none_may_lead}', '{primary_stopped,asynchronous,failover_running,election_possible}',
        NULL, NULL, NULL, 'the primary is lost, and no living standby that confirms commits may lead: nobody is promoted automatically'),
  (329, 'standby', '{secondary,catchingup,join_secondary,"secondary->catchingup","join_secondary->catchingup","maintenance->catchingup","report_lsn->catchingup","prepare_promotion->catchingup","stop_replication->catchingup","fast_forward->catchingup","*->join_secondary"}', NULL, '{election_running}', '{alone}',
        'report_lsn', NULL, NULL, 'a new primary is being chosen: it stops receiving from the old one'),

  -- The primary has stopped as it was told.
  (331, 'standby', '{secondary,report_lsn}', '{draining,prepare_maintenance,demote_timeout}', '{primary_stopped,node_healthy,node_may_lead,wal_complete,node_first_choice}', '{failover_running}',
        'prepare_promotion', NULL, NULL, 'the primary has stopped, and this standby has all that it has written'),
  (332, 'standby', '{secondary,report_lsn}', '{draining,prepare_maintenance,demote_timeout}', '{primary_stopped,node_healthy,node_may_lead,wal_complete,stop_is_old}', '{failover_running}',
        'prepare_promotion', NULL, NULL, 'the primary has stopped, and this standby has all that it has written, which those before it have not'),
  (333, 'standby', '{secondary}', '{draining,prepare_maintenance,demote_timeout}', '{primary_stopped,node_healthy,node_may_lead,node_suffices,node_first_choice}', '{failover_running}',
        'prepare_promotion', NULL, NULL, 'the primary has stopped, and this standby can hold every acknowledged commit'),
  (335, 'standby', '{secondary}', '{draining,prepare_maintenance,demote_timeout}', '{primary_stopped,election_possible,stop_is_old}', '{asynchronous,failover_running}',
        'report_lsn', NULL, NULL, 'the primary has stopped, and no standby has all that it has written: they elect a new one'),

  -- The candidate has stopped receiving.
  (341, 'standby', '{prepare_promotion}', '{prepare_maintenance}', '{primary_stopped,node_healthy}', '{}',
        'wait_primary', 'maintenance', NULL, 'the primary has stopped for its maintenance'),
  (343, 'standby', '{prepare_promotion,stop_replication}', '{draining,prepare_maintenance,demote_timeout,demoted,"*->draining","*->prepare_maintenance","*->demote_timeout","*->demoted"}',
        '{primary_stopped,node_healthy}', '{}',
        'wait_primary', 'demoted', NULL, 'the old primary has stopped'),
  (345, 'standby', '{prepare_promotion,stop_replication}', '{draining,prepare_maintenance,demote_timeout,"*->draining","*->prepare_maintenance","*->demote_timeout"}',
        '{quorum_rule_holds,node_suffices,node_healthy}', '{}',
        'wait_primary', 'demoted', NULL, 'the old primary can acknowledge nothing more, and every acknowledged commit is here'),
  (347, 'standby', '{prepare_promotion}', '{draining,prepare_maintenance,demote_timeout,"*->draining","*->prepare_maintenance","*->demote_timeout"}',
        '{node_healthy}', '{}',
        'stop_replication', 'demote_timeout', NULL, 'the old primary might still acknowledge commits: wait until it has surely stopped'),
  (355, 'standby', '{stop_replication}', '{draining,prepare_maintenance,demote_timeout,"*->draining","*->prepare_maintenance","*->demote_timeout"}',
        '{asynchronous,node_healthy,fencing_time_passed,fencing_believable}', '{}',
        'wait_primary', 'demoted', NULL, 'the old primary has been silent for so long that it has stopped itself'),
  (357, 'standby', '{stop_replication}', '{draining,prepare_maintenance,demote_timeout,"*->draining","*->prepare_maintenance","*->demote_timeout"}',
        '{loss_accepted,node_healthy,fencing_time_passed}', '{}',
        'wait_primary', 'demoted', NULL, 'the old primary has been silent for the demote timeout, and an operator accepted the loss'),
  (359, 'standby', '{prepare_promotion,stop_replication}', NULL, '{primary_removed,former_primary_gone,node_healthy}', '{alone}',
        'wait_primary', NULL, NULL, 'the old primary has left the group'),

  -- A standby that the primary cannot count on.
  (361, 'standby', '{secondary}', NULL, '{primary_serves,node_lost}', '{}',
        'catchingup', NULL, NULL, 'the standby is lost'),
  (363, 'standby', '{secondary}', NULL, '{primary_serves,node_receives_nothing}', '{}',
        'catchingup', NULL, NULL, 'the standby receives nothing from the primary'),

  -- Coming back.
  (371, 'standby', '{demoted,draining,demote_timeout,prepare_maintenance}', NULL, '{primary_serves}', '{}',
        'catchingup', NULL, NULL, 'there is a primary to follow'),
  (373, 'standby', '{report_lsn,prepare_promotion,stop_replication,fast_forward,"secondary->report_lsn","catchingup->report_lsn","report_lsn->fast_forward","report_lsn->prepare_promotion","report_lsn->secondary"}', NULL, '{primary_serves}', '{}',
        'join_secondary', NULL, NULL, 'there is a primary to follow'),
  (375, 'standby', '{"join_secondary->report_lsn","maintenance->report_lsn"}', NULL, '{primary_serves}', '{}',
        'catchingup', NULL, NULL, 'there is a primary to follow'),

  -- Maintenance.
  (381, 'standby', '{wait_maintenance}', '{wait_primary}', '{}', '{}',
        'maintenance', NULL, NULL, 'the primary goes on alone: maintenance may begin'),
  (383, 'standby', '{wait_maintenance}', '{single,primary,apply_settings}', '{}', '{}',
        'maintenance', NULL, NULL, 'the primary does not wait for this standby: maintenance may begin');
