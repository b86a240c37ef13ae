-- A loss that an operator accepted counts for the election of that moment. It ends with a new primary, or
-- with the old one taking writes again (assign); and it ends here, before any rule looks, when the old
-- primary is heard again before anybody was chosen, when the node is gone that had most of what was left,
-- or when nobody is left who could take over. After that an operator decides anew.
CREATE OR REPLACE FUNCTION pgautofailover.end_accepted_loss(formation_id text, group_id int, at timestamptz)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _group pgautofailover.node_group;
    _reason text;
BEGIN
    SELECT * INTO _group FROM pgautofailover.node_group g
     WHERE g.formationid = end_accepted_loss.formation_id AND g.groupid = end_accepted_loss.group_id
       AND g.lossallowedby IS NOT NULL;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    WITH standing AS MATERIALIZED (
        SELECT * FROM pgautofailover.node_status(_group.formationid, _group.groupid, end_accepted_loss.at)
    ), left_over AS MATERIALIZED (
        SELECT * FROM pgautofailover.what_is_left(_group.formationid, _group.groupid, end_accepted_loss.at)
    )
    SELECT CASE
               WHEN EXISTS (SELECT FROM standing WHERE is_primary AND is_fresh)
                    AND NOT EXISTS (SELECT FROM standing WHERE goalstate = 'stop_replication')
                   THEN 'the old primary is heard again'
               WHEN NOT EXISTS (SELECT FROM left_over l WHERE l.nodeid = _group.lossreliesonid)
                   THEN 'the node is gone that had most of what was left'
               WHEN NOT EXISTS (SELECT FROM left_over WHERE may_lead)
                   THEN 'nobody is left who could take over'
           END INTO _reason;
    IF _reason IS NULL THEN
        RETURN;
    END IF;
    UPDATE pgautofailover.node_group g SET lossallowedby = NULL, lossreliesonid = NULL
     WHERE g.formationid = _group.formationid AND g.groupid = _group.groupid;
    PERFORM pgautofailover.log_event(n.nodeid,
                format('the decision of %s that commits may be lost has ended: %s', _group.lossallowedby, _reason),
                end_accepted_loss.at)
       FROM (SELECT nodeid FROM pgautofailover.registered_node
              WHERE formationid = _group.formationid AND groupid = _group.groupid
              ORDER BY nodeid = _group.lossreliesonid DESC, nodeid LIMIT 1) n;
END $$;
