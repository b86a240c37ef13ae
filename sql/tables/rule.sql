-- The state machine. Within a phase the first rule that matches a node, by position, speaks.
CREATE TABLE pgautofailover.rule (
    pos int PRIMARY KEY,
    phase text NOT NULL CHECK (phase IN ('operator', 'early', 'election', 'standby', 'primary')),
    node_in text[] NOT NULL,
    primary_in text[],
    requires text[] NOT NULL DEFAULT '{}',
    forbids text[] NOT NULL DEFAULT '{}',
    node_goal pgautofailover.replication_state REFERENCES pgautofailover.node_state,
    primary_goal pgautofailover.replication_state REFERENCES pgautofailover.node_state,
    candidates_goal pgautofailover.replication_state REFERENCES pgautofailover.node_state,
    because text NOT NULL
);
COMMENT ON TABLE pgautofailover.rule IS 'the state machine: for which states, which facts a rule needs and what follows';
COMMENT ON COLUMN pgautofailover.rule.phase IS 'operator: on request only; early, election, standby, primary: at each look, in this order';
COMMENT ON COLUMN pgautofailover.rule.node_in IS 'where the node stands: states, or ways such as wait_primary->primary, or *';
COMMENT ON COLUMN pgautofailover.rule.primary_in IS 'where the group''s primary stands; null: wherever';
COMMENT ON COLUMN pgautofailover.rule.requires IS 'facts that must all hold';
COMMENT ON COLUMN pgautofailover.rule.forbids IS 'facts of which none may hold';
COMMENT ON COLUMN pgautofailover.rule.node_goal IS 'what the node is assigned; null: nothing';
COMMENT ON COLUMN pgautofailover.rule.primary_goal IS 'what the primary is assigned; null: nothing';
COMMENT ON COLUMN pgautofailover.rule.candidates_goal IS 'what the nodes that were to be promoted are assigned; null: nothing';
COMMENT ON COLUMN pgautofailover.rule.because IS 'the sentence that the event carries';
