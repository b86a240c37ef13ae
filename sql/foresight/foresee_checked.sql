-- Plays an event, after a look at its words.
CREATE OR REPLACE FUNCTION pgautofailover.foresee_checked(formation_id text, group_id int, happening text, node_name text)
RETURNS pgautofailover.foreseen LANGUAGE plpgsql AS $$
DECLARE _node_id bigint;
BEGIN
    IF foresee_checked.happening IS NULL OR foresee_checked.happening NOT IN ('lost', 'monitor_cut', 'switchover') THEN
        RAISE EXCEPTION '"%" is nothing that can be foreseen', foresee_checked.happening
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Use lost, monitor_cut or switchover.';
    END IF;
    SELECT n.nodeid INTO _node_id
      FROM pgautofailover.registered_node n JOIN pgautofailover.node_group g USING (formationid, groupid)
     WHERE n.formationid = foresee_checked.formation_id AND n.groupid = foresee_checked.group_id
       AND CASE WHEN foresee_checked.node_name IS NULL THEN n.nodeid = g.primaryid ELSE n.nodename = foresee_checked.node_name END;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'group % of formation "%" has no %', foresee_checked.group_id, foresee_checked.formation_id,
            coalesce(format('node "%s"', foresee_checked.node_name), 'primary')
            USING ERRCODE = 'undefined_object', HINT = 'List the nodes with: pg_autoctl show state';
    END IF;
    RETURN pgautofailover.foresee(foresee_checked.formation_id, foresee_checked.group_id, foresee_checked.happening, _node_id);
END $$;
