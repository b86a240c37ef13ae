-- Refuses a session whose role may not act for this node; without a node, for the formation as a whole.
CREATE OR REPLACE FUNCTION pgautofailover.require_right(formation_id text, node_name text)
RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE _credential pgautofailover.credential;
BEGIN
    SELECT * INTO _credential FROM pgautofailover.credential WHERE roleid = quote_ident(session_user)::regrole;
    IF FOUND AND (_credential.formationid IS DISTINCT FROM require_right.formation_id
                  OR _credential.nodename <> coalesce(require_right.node_name, '')) THEN
        RAISE EXCEPTION 'role "%" may act for % formation "%" alone', session_user,
            coalesce('node "' || _credential.nodename || '" of', 'the nodes of'), _credential.formationid
            USING ERRCODE = 'insufficient_privilege',
                  HINT = 'Connect to the monitor as autoctl_node, or as a role that was given this right.';
    END IF;
END $$;
