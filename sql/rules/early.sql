-- A node that is alone in its group, and nodes whose primary was removed.
INSERT INTO pgautofailover.rule
  (pos, phase, node_in, primary_in, requires, forbids, node_goal, primary_goal, candidates_goal, because) VALUES
  (201, 'early', '{wait_primary,primary,apply_settings,join_primary,draining,demote_timeout,demoted,prepare_maintenance,"*->wait_primary","*->primary","*->apply_settings","*->draining","*->demote_timeout","*->demoted","*->prepare_maintenance"}', NULL,
        '{alone,node_is_primary}', '{}',
        'single', NULL, NULL, 'the other nodes are gone'),
  (211, 'early', '{secondary,catchingup,join_secondary,prepare_promotion,stop_replication,fast_forward,demoted,draining,demote_timeout,prepare_maintenance,wait_maintenance,"secondary->catchingup","join_secondary->catchingup","maintenance->catchingup","report_lsn->catchingup","prepare_promotion->catchingup","stop_replication->catchingup","fast_forward->catchingup","*->join_secondary","demoted->catchingup","draining->catchingup","demote_timeout->catchingup","prepare_maintenance->catchingup","*->wait_maintenance","*->prepare_promotion","*->stop_replication","*->fast_forward"}', NULL,
        '{alone,node_may_lead}', '{node_is_primary}',
        'report_lsn', NULL, NULL, 'the primary was removed: the node left stops receiving from it'),
  (213, 'early', '{report_lsn}', NULL, '{alone,node_may_lead,quorum_rule_holds}', '{}',
        'single', NULL, NULL, 'the removed primary can acknowledge nothing more, and every acknowledged commit is here'),
  (215, 'early', '{report_lsn}', NULL, '{alone,node_may_lead,former_primary_gone}', '{}',
        'single', NULL, NULL, 'the removed primary has left the group'),
  (221, 'early', '{secondary,catchingup,join_secondary,"secondary->catchingup","join_secondary->catchingup","maintenance->catchingup","report_lsn->catchingup","prepare_promotion->catchingup","stop_replication->catchingup","fast_forward->catchingup","*->join_secondary"}', NULL,
        '{primary_removed}', '{alone,failover_running}',
        'report_lsn', NULL, NULL, 'the primary was removed: the nodes left stop receiving from it, and elect a new one'),
  (223, 'early', '{demoted,"demoted->catchingup","draining->catchingup","demote_timeout->catchingup","prepare_maintenance->catchingup"}', NULL,
        '{primary_removed,loss_accepted}', '{alone,failover_running}',
        'report_lsn', NULL, NULL, 'the primary was removed, and an operator has decided that acknowledged commits may be lost');
