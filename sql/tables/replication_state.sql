-- The name of a node's state. A domain, not an enum: a value added to an enum cannot be used in the
-- transaction that adds it, and an extension's upgrade is one transaction. The values are the rows of
-- pgautofailover.node_state.
CREATE DOMAIN pgautofailover.replication_state AS text;
COMMENT ON DOMAIN pgautofailover.replication_state IS 'the name of a node''s state: a row of node_state';
