-- Lets a role connect as a keeper does, for one formation; with a node's name, for that node alone, which need
-- not be registered yet. Given again, the new right takes the place of the old one. For the monitor's owner.
CREATE OR REPLACE FUNCTION pgautofailover.add_credential(role_name name, formation_id text, node_name text = NULL)
RETURNS void LANGUAGE plpgsql
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    IF add_credential.role_name = 'autoctl_node' OR (SELECT rolsuper FROM pg_roles WHERE rolname = add_credential.role_name) THEN
        RAISE EXCEPTION 'role "%" stands for the whole monitor', add_credential.role_name
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Create a role for this purpose: CREATE ROLE … LOGIN PASSWORD …';
    END IF;
    IF NOT EXISTS (SELECT FROM formation WHERE formationid = add_credential.formation_id) THEN
        RAISE EXCEPTION 'formation "%" does not exist', add_credential.formation_id
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Create it first with: pg_autoctl create formation';
    END IF;
    -- what it may do is known before it may do anything
    INSERT INTO credential (roleid, formationid, nodename)
    VALUES (quote_ident(add_credential.role_name)::regrole, add_credential.formation_id, add_credential.node_name)
        ON CONFLICT (roleid) DO UPDATE SET formationid = excluded.formationid, nodename = excluded.nodename;
    EXECUTE format('GRANT autoctl_node TO %I', add_credential.role_name);
END $$;
COMMENT ON FUNCTION pgautofailover.add_credential IS 'lets a role act for one formation, or one node, alone';

-- Takes it back: the role can do nothing here any more.
CREATE OR REPLACE FUNCTION pgautofailover.remove_credential(role_name name)
RETURNS bool LANGUAGE plpgsql
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM credential WHERE roleid = quote_ident(remove_credential.role_name)::regrole;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    EXECUTE format('REVOKE autoctl_node FROM %I', remove_credential.role_name);
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.remove_credential IS 'takes back what add_credential gave';
