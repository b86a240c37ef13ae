-- Refuses what is no host's name or address, and a name that is not shown as it is. Keepers write the host
-- into their servers' access rules, where a network, a quote or a line's end would open them to others.
CREATE OR REPLACE FUNCTION pgautofailover.require_host(node_host text, node_name text)
RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF require_host.node_host !~ '^[^-.+@[:cntrl:][:space:]"''\\/,#][^[:cntrl:][:space:]"''\\/,#]*$' THEN
        RAISE EXCEPTION '% is no name or address of a host', quote_literal(require_host.node_host)
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the one under which the other nodes reach this node, with --hostname.';
    END IF;
    IF require_host.node_name ~ '[[:cntrl:]]' THEN
        RAISE EXCEPTION 'the name of a node cannot hold control characters'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Choose another --name.';
    END IF;
END $$;
