-- What the monitor's probes see in one round of a played event.
CREATE OR REPLACE FUNCTION pgautofailover.play_probes(
    formation_id text, group_id int, world pgautofailover.played_world, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF NOT coalesce(current_setting('pgautofailover.enable_health_checks', true), 'on')::bool THEN
        RETURN;  -- then nobody looks
    END IF;
    PERFORM pgautofailover.record_answer(n.nodeid, seen.answer, play_probes.at)
       FROM pgautofailover.registered_node n
       JOIN pgautofailover.node_report r USING (nodeid)
      CROSS JOIN LATERAL pgautofailover.is_at_rest(n.reportedstate) AS reported (is_at_rest)
      CROSS JOIN LATERAL (SELECT
                CASE WHEN n.nodeid = (play_probes.world).unheard_id THEN 'silent'
                     -- a server that is down, or silent, without having been told to stop stays as it was seen;
                     -- so does one in maintenance
                     WHEN NOT (n.nodeid = ANY ((play_probes.world).reporting)) OR n.reportedstate = 'maintenance'
                          OR (NOT coalesce(r.pgisrunning, false) AND NOT reported.is_at_rest) THEN r.answer
                     WHEN reported.is_at_rest THEN 'refused'
                     ELSE 'answered' END) AS seen (answer)
      WHERE n.formationid = play_probes.formation_id AND n.groupid = play_probes.group_id
        AND seen.answer IS NOT NULL;
END $$;
