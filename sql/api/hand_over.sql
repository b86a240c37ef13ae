-- What the keeper of a primary asks before it stops: another node takes over first. False when the node is
-- not its group's primary, so that it never takes the role from another one.
CREATE OR REPLACE FUNCTION pgautofailover.hand_over(node_id bigint)
RETURNS bool LANGUAGE plpgsql SECURITY DEFINER STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE _group node_group;
BEGIN
    PERFORM lock_group_of(hand_over.node_id);
    SELECT * INTO _group FROM node_group WHERE primaryid = hand_over.node_id;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM begin_failover(_group.formationid, _group.groupid);
    RETURN true;
END $$;
COMMENT ON FUNCTION pgautofailover.hand_over IS 'hands a primary''s role to a standby before its server stops';
