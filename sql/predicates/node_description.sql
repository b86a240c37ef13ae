-- A node in a sentence.
CREATE OR REPLACE FUNCTION pgautofailover.node_description(node_id bigint, node_name text, node_host text, node_port int)
RETURNS text LANGUAGE sql STABLE
RETURN format('node %s "%s" (%s:%s)', node_id, node_name, node_host, node_port);
