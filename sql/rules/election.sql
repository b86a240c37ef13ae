-- The election of a new primary among the nodes that have stopped receiving and told their positions.
INSERT INTO pgautofailover.rule
  (pos, phase, node_in, primary_in, requires, forbids, node_goal, primary_goal, candidates_goal, because) VALUES
  -- A candidate that was lost, or whose source was.
  (251, 'election', '{prepare_promotion,stop_replication,fast_forward,"*->prepare_promotion","*->stop_replication","*->fast_forward"}', NULL,
        '{election_running,node_unavailable,another_may_lead}', '{}',
        'report_lsn', NULL, NULL, 'the candidate was lost before it was promoted: another one can take over'),
  (252, 'election', '{"*->prepare_promotion"}', NULL,
        '{election_running,node_is_stuck,another_may_lead}', '{}',
        'report_lsn', NULL, NULL, 'the candidate does not come to stop receiving: another one can take over'),
  (253, 'election', '{fast_forward}', NULL, '{election_running,node_healthy}', '{node_complete}',
        'report_lsn', NULL, NULL, 'it has not reached the position that the new primary needs: the nodes choose again'),
  (254, 'election', '{fast_forward,"*->fast_forward"}', NULL, '{election_running,another_may_lead}', '{node_may_lead}',
        'report_lsn', NULL, NULL, 'an operator has changed its settings so that it may not lead: the nodes choose again'),

  -- The one that is chosen.
  (261, 'election', '{report_lsn,fast_forward}', '{prepare_maintenance}', '{election_running,election_decided,node_elected,node_complete,primary_stopped}', '{failover_running,alone}',
        'wait_primary', 'maintenance', NULL, 'the primary has stopped for its maintenance, and every acknowledged commit is here'),
  (263, 'election', '{report_lsn,fast_forward}', NULL, '{election_running,election_decided,node_elected,node_complete}', '{failover_running,alone}',
        'wait_primary', 'demoted', NULL, 'it was elected: the old primary can acknowledge nothing more, and every acknowledged commit is here'),
  (264, 'election', '{report_lsn}', NULL, '{election_running,election_decided,node_first_complete,fetching_is_slow}', '{alone}',
        'wait_primary', 'demoted', 'report_lsn', 'the elected node does not come to have what it lacks, and every acknowledged commit is here'),
  (265, 'election', '{report_lsn}', NULL, '{election_running,election_decided,node_elected}', '{failover_running,alone,node_complete}',
        'fast_forward', NULL, NULL, 'it was elected, and fetches the WAL that it lacks from the most advanced node'),

  -- An operator accepts that acknowledged commits are lost.
  (271, 'election', '{report_lsn,fast_forward}', NULL, '{election_running,loss_decided,node_elected,node_complete,former_primary_gone}', '{failover_running,alone}',
        'wait_primary', NULL, NULL, 'an operator accepted the loss, and the old primary was removed'),
  (273, 'election', '{report_lsn,fast_forward}', NULL, '{election_running,loss_decided,node_elected,node_complete,primary_stopped}', '{failover_running,alone}',
        'wait_primary', 'demoted', NULL, 'an operator accepted the loss, and the old primary has stopped'),
  (275, 'election', '{report_lsn,fast_forward}', NULL, '{election_running,loss_decided,node_elected,node_complete}', '{failover_running,alone}',
        'stop_replication', 'demote_timeout', NULL, 'an operator accepted the loss: the group waits until the old primary has surely stopped'),
  (277, 'election', '{report_lsn}', NULL, '{election_running,loss_decided,node_elected}', '{failover_running,alone,node_complete}',
        'fast_forward', NULL, NULL, 'an operator accepted the loss: it fetches the WAL that it lacks from the most advanced node'),

  -- What is waited for: said, not done.
  (281, 'election', '{report_lsn}', NULL, '{election_running,node_waits_long}', '{election_decided,loss_decided,failover_running,alone}',
        NULL, NULL, NULL, 'the election needs further positions'),
  (283, 'election', '{report_lsn}', NULL, '{election_running,election_decided,none_elected,node_waits_long}', '{failover_running,alone}',
        NULL, NULL, NULL, 'enough positions are known, and no living node may lead'),
  (285, 'election', '{report_lsn}', NULL, '{election_running,loss_decided,none_elected,node_waits_long}', '{failover_running,alone}',
        NULL, NULL, NULL, 'an operator accepted the loss, and no living node may lead');
