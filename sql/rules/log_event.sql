-- Writes an event about a node as it stands now, and tells those who listen: `log` carries the
-- sentence, `state` the node in the form that programs parse. `node_<id>` wakes the keepers of the group: those
-- that are heard, but for the one whose report is being answered, which learns all from the answer. Nobody is
-- woken in vain, since PostgreSQL signals every session that listens, whatever to.
CREATE OR REPLACE FUNCTION pgautofailover.log_event(
    node_id bigint, description text, at timestamptz, rule_pos int = NULL, facts text[] = NULL)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE _node pgautofailover.node;
BEGIN
    SELECT * INTO STRICT _node FROM pgautofailover.node WHERE nodeid = log_event.node_id;
    INSERT INTO pgautofailover.event
        (eventtime, formationid, nodeid, groupid, nodename, nodehost, nodeport, reportedstate, goalstate,
         reportedrepstate, reportedtli, reportedlsn, candidatepriority, replicationquorum, description, rule_pos, facts)
    VALUES
        (pgautofailover.wall_clock_time(log_event.at), _node.formationid, _node.nodeid, _node.groupid, _node.nodename, _node.nodehost, _node.nodeport,
         _node.reportedstate, _node.goalstate, _node.reportedrepstate, _node.reportedtli, _node.reportedlsn,
         _node.candidatepriority, _node.replicationquorum, log_event.description, log_event.rule_pos, log_event.facts);
    PERFORM pg_notify('node_' || n.nodeid, '')
       FROM pgautofailover.registered_node n JOIN pgautofailover.node_report r USING (nodeid)
      WHERE (n.formationid, n.groupid) = (_node.formationid, _node.groupid)
        AND pgautofailover.is_fresh(r.reporttime, log_event.at)
        AND n.nodeid::text IS DISTINCT FROM current_setting('pgautofailover_call.answered', true)
      ORDER BY n.nodeid;
    PERFORM pgautofailover.tell('log', left(log_event.description, 7000));
    PERFORM pgautofailover.tell('state', format(
        '{"type": "state", "formation": %s, "groupId": %s, "nodeId": %s, "name": %s, "host": %s, "port": %s, "reportedState": %s, "goalState": %s, "health":%s}',
        to_json(_node.formationid), _node.groupid, _node.nodeid, to_json(_node.nodename), to_json(_node.nodehost), _node.nodeport,
        to_json(_node.reportedstate::text), to_json(_node.goalstate::text),
        to_json(CASE _node.health WHEN 1 THEN 'good' WHEN 0 THEN 'bad' ELSE 'unknown' END)));
END $$;
