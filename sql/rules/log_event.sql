-- Writes an event about a node as it stands now, and tells those who listen: `log` carries the
-- sentence, `state` the node in the form that programs parse. `node_<id>` wakes the keepers of the group: those
-- that are heard, but for the one whose report is being answered, which learns all from the answer. Nobody is
-- woken in vain, since PostgreSQL signals every session that listens, whatever to.
CREATE OR REPLACE FUNCTION pgautofailover.log_event(
    node_id bigint, description text, at timestamptz, rule_pos int = NULL, facts text[] = NULL)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE _node record;
BEGIN
    INSERT INTO pgautofailover.event
        (eventtime, formationid, nodeid, groupid, nodename, nodehost, nodeport, reportedstate, goalstate,
         reportedrepstate, reportedtli, reportedlsn, candidatepriority, replicationquorum, description, rule_pos, facts)
    SELECT pgautofailover.wall_clock_time(log_event.at), n.formationid, n.nodeid, n.groupid, n.nodename, n.nodehost, n.nodeport,
           n.reportedstate, n.goalstate, n.reportedrepstate, n.reportedtli, n.reportedlsn,
           n.candidatepriority, n.replicationquorum, log_event.description, log_event.rule_pos, log_event.facts
      FROM pgautofailover.node n WHERE n.nodeid = log_event.node_id
    RETURNING formationid, groupid, nodeid, nodename, nodehost, nodeport, reportedstate, goalstate,
              (SELECT r.health FROM pgautofailover.node_report r WHERE r.nodeid = log_event.node_id) AS health
      INTO STRICT _node;
    PERFORM pg_notify('node_' || n.nodeid, '')
       FROM pgautofailover.registered_node n JOIN pgautofailover.node_report r USING (nodeid)
      WHERE (n.formationid, n.groupid) = (_node.formationid, _node.groupid)
        AND pgautofailover.is_fresh(r.reporttime, log_event.at)
        AND n.nodeid::text IS DISTINCT FROM current_setting('pgautofailover_call.answered', true)
      ORDER BY n.nodeid;
    PERFORM pgautofailover.tell(log_event.description, format(
        '{"type": "state", "formation": %s, "groupId": %s, "nodeId": %s, "name": %s, "host": %s, "port": %s, "reportedState": %s, "goalState": %s, "health":%s}',
        to_json(_node.formationid), _node.groupid, _node.nodeid, to_json(_node.nodename), to_json(_node.nodehost), _node.nodeport,
        to_json(_node.reportedstate::text), to_json(_node.goalstate::text),
        to_json(CASE _node.health WHEN 1 THEN 'good' WHEN 0 THEN 'bad' ELSE 'unknown' END)));
END $$;
