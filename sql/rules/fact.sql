-- The vocabulary of the rules. A fact is something known to be true of a group, or of the node that
-- is being looked at, now. What is not known is not a fact.
CREATE TABLE pgautofailover.fact (
    name text PRIMARY KEY,
    means text NOT NULL
);
COMMENT ON TABLE pgautofailover.fact IS 'the facts that rules require or forbid';

INSERT INTO pgautofailover.fact (name, means) VALUES
  ('alone',                    'it is the only node of its group'),
  ('asynchronous',             'no other node takes part in the replication quorum'),
  ('candidate_incomplete', 'every standby that could take over has reported since the primary stopped, and none has all that it has written'),
  ('candidate_lost',           'no standby is left that could take over'),
  ('candidate_ready',          'a healthy standby that streams may lead'),
  ('failover_running',         'a node is being promoted'),
  ('fencing_believable',   'the old primary''s server was not seen to outlive its keeper, which would have to stop it'),
  ('fencing_time_passed',      'the old primary has been silent so long that it has surely stopped itself'),
  ('former_primary_gone',      'the removed primary has left the group'),
  ('node_healthy',             'its keeper says, now, that the server runs'),
  ('node_in_every_set',        'whatever rule the primary has in force, this standby takes part and none lets the primary run alone'),
  ('node_is_last_confirmer',   'it is the only healthy standby that can confirm commits'),
  ('node_is_primary',          'it is the group''s primary'),
  ('node_lost',                'its keeper says that the server is down, or all that could speak for it are silent'),
  ('node_may_lead',            'its candidate priority is not 0'),
  ('node_receives',            'it receives from the primary'),
  ('node_receives_nothing',    'it runs, and has heard nothing of a running primary for too long'),
  ('none_confirms',            'no quorum standby is assigned to confirm commits'),
  ('none_required',            'number_sync_standbys is 0: the primary may go on alone'),
  ('none_streams',             'no standby is assigned to stream'),
  ('primary_healthy',          'the primary''s keeper says, now, that the server runs'),
  ('primary_lost',             'the primary''s keeper says that the server is down, or all that could speak for it are silent'),
  ('primary_stopped',          'the primary has reported that it has stopped, and waits for an assignment'),
  ('quorum_rule_holds',        'so many standbys have stopped receiving that the old primary can acknowledge nothing more and no acknowledged commit is missing'),
  ('quorum_standby_ready',     'a healthy quorum standby streams'),
  ('requested_failover',       'an operator asked for a failover'),
  ('requested_maintenance',    'an operator asked for this node''s maintenance'),
  ('requested_maintenance_end','an operator ended this node''s maintenance'),
  ('standby_ready',            'a healthy standby streams'),
  ('standby_waiting',          'a new standby waits for a primary that is ready for it'),
  ('wal_caught_up',            'its position is within enable_sync_wal_log_threshold of the primary''s, on the same timeline'),
  ('wal_complete',             'it has all that the stopped primary has written'),
  ('wal_promotable',           'its position is within promote_wal_log_threshold of the last that the primary reported');
