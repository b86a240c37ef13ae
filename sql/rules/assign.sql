-- Assigns a goal to a node. A node that begins to take writes becomes the group's primary, and what the
-- old primary had in force no longer counts: the new one alone holds every acknowledged commit. If
-- number_sync_standbys demands it, its commits wait from the start for as many as before.
CREATE OR REPLACE FUNCTION pgautofailover.assign(
    node_id bigint, goal text, because text, at timestamptz, rule_pos int = NULL, facts text[] = NULL)
RETURNS bool LANGUAGE plpgsql AS $$
DECLARE
    _node pgautofailover.registered_node;
    _primary_id bigint;
    _reached int;
    _wanted record;
BEGIN
    UPDATE pgautofailover.registered_node
       SET goalstate = assign.goal, statechangetime = assign.at
     WHERE nodeid = assign.node_id AND goalstate NOT IN (assign.goal, 'dropped')
     RETURNING * INTO _node;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    IF assign.goal IN ('join_secondary', 'catchingup') AND _node.detachedlsn IS NOT NULL THEN
        -- it may receive from now on: its position counts again when it has reported that it does not
        UPDATE pgautofailover.registered_node SET detachedlsn = NULL, detachedtli = NULL WHERE nodeid = _node.nodeid;
    END IF;
    IF (SELECT takes_writes FROM pgautofailover.node_state WHERE name = assign.goal) THEN
        SELECT primaryid INTO _primary_id FROM pgautofailover.node_group
         WHERE formationid = _node.formationid AND groupid = _node.groupid;
        UPDATE pgautofailover.node_group SET primaryid = _node.nodeid, preferredid = NULL, lossallowedby = NULL, lossreliesonid = NULL
         WHERE formationid = _node.formationid AND groupid = _node.groupid
           AND (primaryid, preferredid, lossallowedby) IS DISTINCT FROM (_node.nodeid, NULL::bigint, NULL::text);
        IF _primary_id IS DISTINCT FROM _node.nodeid THEN
            SELECT min(needed) INTO _reached FROM pgautofailover.synchronous_set
             WHERE formationid = _node.formationid AND groupid = _node.groupid;
            SELECT * INTO _wanted FROM pgautofailover.wanted_synchronous_set(_node.formationid, _node.groupid);
            DELETE FROM pgautofailover.synchronous_set
             WHERE formationid = _node.formationid AND groupid = _node.groupid;
            INSERT INTO pgautofailover.synchronous_set (formationid, groupid, members, needed, is_confirmed, recordedtime)
            VALUES (_node.formationid, _node.groupid, '{}', 0, true, assign.at);
            INSERT INTO pgautofailover.synchronous_set (formationid, groupid, members, needed, is_confirmed, recordedtime)
            SELECT _node.formationid, _node.groupid, _wanted.members, _wanted.needed, false, assign.at
              FROM pgautofailover.formation f
             WHERE f.formationid = _node.formationid AND f.number_sync_standbys > 0 AND _reached > 0 AND _wanted.needed > 0;
        END IF;
    END IF;
    PERFORM pgautofailover.log_event(assign.node_id,
        format('%s: goal %s because %s',
               pgautofailover.node_description(_node.nodeid, _node.nodename, _node.nodehost, _node.nodeport),
               assign.goal, assign.because),
        assign.at, assign.rule_pos, assign.facts);
    RETURN true;
END $$;
