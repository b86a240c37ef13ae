-- Within a play: a node that is alive reaches its goal and reports, as its keeper would.
CREATE OR REPLACE FUNCTION pgautofailover.imagine_report(node_id bigint, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _node pgautofailover.registered_node;
    _state pgautofailover.node_state;
    _primary pgautofailover.node_report;
    _timeline int;
    _set pgautofailover.synchronous_set;
BEGIN
    SELECT * INTO _node FROM pgautofailover.registered_node WHERE nodeid = imagine_report.node_id;
    SELECT * INTO _state FROM pgautofailover.node_state WHERE name = _node.goalstate;
    SELECT r.* INTO _primary
      FROM pgautofailover.node_group g JOIN pgautofailover.node_report r ON r.nodeid = g.primaryid
     WHERE g.formationid = _node.formationid AND g.groupid = _node.groupid;
    -- whoever leaves recovery begins a timeline
    _timeline := (SELECT r.tli FROM pgautofailover.node_report r WHERE r.nodeid = _node.nodeid)
        + (_state.takes_writes AND NOT (SELECT s.takes_writes OR s.is_stopped FROM pgautofailover.node_state s
                                         WHERE s.name = _node.reportedstate) AND _node.reportedstate <> 'maintenance')::int;
    UPDATE pgautofailover.registered_node SET reportedstate = goalstate, statechangetime = imagine_report.at
     WHERE nodeid = _node.nodeid AND reportedstate <> goalstate;
    UPDATE pgautofailover.node_report r
       SET reporttime = imagine_report.at, walreporttime = imagine_report.at, healthchecktime = imagine_report.at,
           reportingsince = least(r.reportingsince, imagine_report.at - 2 * pgautofailover.unhealthy_timeout()),
           pgisrunning = CASE WHEN _state.is_stopped THEN false ELSE r.pgisrunning OR _state.takes_writes OR _state.is_detached END,
           lsn = CASE WHEN _state.name IN ('catchingup', 'join_secondary') THEN _primary.lsn
                      WHEN _state.name = 'fast_forward'
                          THEN (SELECT max(o.detachedlsn) FROM pgautofailover.registered_node o
                                 WHERE o.formationid = _node.formationid AND o.groupid = _node.groupid)
                      ELSE r.lsn END,
           tli = CASE WHEN _state.name IN ('catchingup', 'join_secondary') THEN _primary.tli ELSE _timeline END,
           upstreamsilence = CASE WHEN _state.name IN ('catchingup', 'join_secondary', 'secondary') AND _primary.pgisrunning
                                       AND pgautofailover.is_fresh(_primary.reporttime, imagine_report.at)
                                  THEN interval '0' ELSE r.upstreamsilence END
     WHERE r.nodeid = _node.nodeid;
    PERFORM pgautofailover.record_position(_node.nodeid, _state.name, r.pgisrunning, r.tli, r.lsn)
       FROM pgautofailover.node_report r WHERE r.nodeid = _node.nodeid;
    IF _state.name IN ('single', 'primary') THEN
        SELECT * INTO _set FROM pgautofailover.latest_synchronous_set(_node.formationid, _node.groupid);
        PERFORM pgautofailover.confirm_synchronous_set(_node.formationid, _node.groupid, _state.name,
            pgautofailover.standby_names_text(_set.members, _set.needed), imagine_report.at);
    END IF;
END $$;
