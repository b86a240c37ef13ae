CREATE TABLE pgautofailover.node_state (
    name pgautofailover.replication_state PRIMARY KEY,
    takes_writes bool NOT NULL,
    is_settled bool NOT NULL,
    is_stopped bool NOT NULL,
    is_detached bool NOT NULL,
    means text NOT NULL
);
COMMENT ON TABLE pgautofailover.node_state IS 'the states of a node';
COMMENT ON COLUMN pgautofailover.node_state.takes_writes IS 'the server accepts writes';
COMMENT ON COLUMN pgautofailover.node_state.is_settled IS 'a node may stay in it: a report that repeats it runs no rule';
COMMENT ON COLUMN pgautofailover.node_state.is_stopped IS 'reported only once the server is stopped; it starts again only on a new assignment';
COMMENT ON COLUMN pgautofailover.node_state.is_detached IS 'reported only once the server has durably stopped receiving from the old primary';

INSERT INTO pgautofailover.node_state (name, takes_writes, is_settled, is_stopped, is_detached, means) VALUES
  ('unknown',             false, false, false, false, 'never assigned; what an unheard node would report'),
  ('init',                false, false, false, false, 'registered, nothing done yet'),
  ('single',              true,  true,  false, false, 'the only node of its group; takes writes'),
  ('wait_primary',        true,  true,  false, false, 'a primary that may acknowledge alone, because no standby can confirm'),
  ('primary',             true,  true,  false, false, 'a primary whose commits wait for the standbys that the monitor named'),
  ('draining',            false, false, true,  false, 'a primary that was told to stop'),
  ('demote_timeout',      false, false, true,  false, 'a primary that was told to stop and for which the group waits'),
  ('demoted',             false, false, true,  false, 'a former primary, stopped, waiting for a primary to follow'),
  ('catchingup',          false, false, false, false, 'a standby on its way to follow the primary closely enough'),
  ('secondary',           false, true,  false, false, 'a standby that streams'),
  ('prepare_promotion',   false, false, false, true,  'a standby that has durably stopped receiving, about to be promoted'),
  ('stop_replication',    false, false, false, true,  'a candidate that waits until the old primary can surely write no more'),
  ('wait_standby',        false, false, false, false, 'registered as a standby, waiting for a primary that is ready for it'),
  ('maintenance',         false, true,  false, false, 'in the operator''s hands'),
  ('join_primary',        true,  false, false, false, 'kept for programs that know it; never assigned'),
  ('apply_settings',      true,  false, false, false, 'a primary that applies changed replication settings'),
  ('prepare_maintenance', false, false, true,  false, 'a primary that stops in order to enter maintenance'),
  ('wait_maintenance',    false, false, false, false, 'a standby that waits for the primary to do without it'),
  ('report_lsn',          false, false, false, true,  'a standby that has durably stopped receiving and told its position'),
  ('fast_forward',        false, false, false, true,  'an elected standby that fetches the WAL it lacks from another one, having stopped receiving from the old primary'),
  ('join_secondary',      false, false, false, false, 'a standby on its way to follow the node that was elected'),
  ('dropped',             false, false, true,  false, 'out of the group');
