-- Keeps for good what a report says of the group's log: on which timeline a primary takes writes; up to where
-- no commit may be lost although no standby confirms any, since an operator who takes the last one out of the
-- quorum takes nothing back of what was promised before; and how far a standby got that has stopped
-- receiving. One that receives again has no such position any more.
--
-- A standby that was taken out of the quorum confirms until the primary has put no names in force. A primary that does not
-- tell its names has done so when it has reached its goal.
CREATE OR REPLACE FUNCTION pgautofailover.record_position(
    node_id bigint, state text, is_running bool, timeline int, "position" pg_lsn, standby_names text)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _state pgautofailover.node_state;
    _is_asynchronous bool;
    _is_in_force bool;
BEGIN
    SELECT * INTO _state FROM pgautofailover.node_state WHERE name = record_position.state;
    IF _state.takes_writes AND record_position.is_running AND record_position.timeline > 0 THEN
        UPDATE pgautofailover.node_group g SET tli = record_position.timeline
         WHERE g.primaryid = record_position.node_id AND g.tli IS DISTINCT FROM record_position.timeline;
        SELECT NOT coalesce(bool_or(o.replicationquorum), false),
               coalesce(record_position.standby_names = '', bool_and(n.goalstate = record_position.state AND n.goalstate <> 'apply_settings'))
          INTO _is_asynchronous, _is_in_force
          FROM pgautofailover.registered_node n
          LEFT JOIN pgautofailover.registered_node o
            ON o.formationid = n.formationid AND o.groupid = n.groupid AND o.nodeid <> n.nodeid AND o.goalstate <> 'dropped'
         WHERE n.nodeid = record_position.node_id;
        UPDATE pgautofailover.node_group g
           SET asynchronouslsn = CASE WHEN _is_asynchronous THEN record_position."position" END
         WHERE g.primaryid = record_position.node_id AND record_position."position" <> '0/0'
           AND ((g.asynchronouslsn IS NOT NULL AND NOT _is_asynchronous)
                OR (g.asynchronouslsn IS NULL AND _is_asynchronous AND _is_in_force)
                -- the primary has less than that: what was accepted as lost is promised no more
                OR record_position."position" < g.asynchronouslsn);
    END IF;
    IF NOT _state.is_detached THEN
        UPDATE pgautofailover.registered_node SET detachedlsn = NULL, detachedtli = NULL
         WHERE nodeid = record_position.node_id AND detachedlsn IS NOT NULL;
    ELSIF record_position.is_running AND record_position."position" <> '0/0' AND record_position.timeline > 0 THEN
        UPDATE pgautofailover.registered_node
           SET detachedlsn = record_position."position", detachedtli = record_position.timeline
         WHERE nodeid = record_position.node_id
           -- one that was told to follow may receive by now
           AND goalstate NOT IN ('catchingup', 'join_secondary')
           AND (detachedlsn, detachedtli) IS DISTINCT FROM (record_position."position", record_position.timeline);
    END IF;
END $$;
