-- Refuses a change of settings while the primary applies an earlier one.
CREATE OR REPLACE FUNCTION pgautofailover.require_settled_settings(formation_id text, group_id int)
RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF EXISTS (SELECT FROM pgautofailover.node_group g JOIN pgautofailover.registered_node p ON p.nodeid = g.primaryid
                WHERE g.formationid = require_settled_settings.formation_id AND g.groupid = require_settled_settings.group_id
                  AND 'apply_settings' IN (p.reportedstate, p.goalstate)) THEN
        RAISE EXCEPTION 'the primary of group % of formation "%" is applying an earlier change of settings',
            require_settled_settings.group_id, require_settled_settings.formation_id
            USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Try again in a moment.';
    END IF;
END $$;
