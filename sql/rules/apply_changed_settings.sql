-- Notes that an operator changed settings of this node, and lets the primary apply them. Without a primary
-- that could, they count for the next election. The caller holds the group's lock and gives the time.
CREATE OR REPLACE FUNCTION pgautofailover.apply_changed_settings(
    formation_id text, group_id int, node_id bigint, words text, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE _primary_id bigint;
BEGIN
    PERFORM pgautofailover.log_event(n.nodeid,
                format('%s: %s', pgautofailover.node_description(n.nodeid, n.nodename, n.nodehost, n.nodeport), apply_changed_settings.words),
                apply_changed_settings.at)
       FROM pgautofailover.registered_node n WHERE n.nodeid = apply_changed_settings.node_id;
    SELECT primaryid INTO _primary_id FROM pgautofailover.node_group
     WHERE formationid = apply_changed_settings.formation_id AND groupid = apply_changed_settings.group_id;
    PERFORM pgautofailover.advance_group(apply_changed_settings.formation_id, apply_changed_settings.group_id,
        apply_changed_settings.at, '{requested_settings}', coalesce(_primary_id, 0));
    PERFORM pgautofailover.advance_group(apply_changed_settings.formation_id, apply_changed_settings.group_id, apply_changed_settings.at);
END $$;
