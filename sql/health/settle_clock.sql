-- At its first beats the monitor may find times that lie ahead: the wall clock was set back while it was down, or the
-- database comes from another host. What is waited for since then would be waited for until that time comes,
-- and again as long. So they become now, in the order that they had, and reports are forgotten as
-- after a crash. A second ahead is what comes in meanwhile. True when no time lies ahead any more.
CREATE OR REPLACE FUNCTION pgautofailover.settle_clock()
RETURNS bool LANGUAGE plpgsql
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
DECLARE
    _at timestamptz := monitor_clock();
    _group record;
    _is_settled bool := true;
BEGIN
    DELETE FROM node_report WHERE greatest(reporttime, healthchecktime) > _at + interval '1 second';
    FOR _group IN
        SELECT formationid, groupid, group_lock_key(formationid, groupid) AS key
          FROM (SELECT formationid, groupid FROM registered_node WHERE statechangetime > _at + interval '1 second'
                UNION
                SELECT formationid, groupid FROM synchronous_set WHERE recordedtime > _at + interval '1 second') g
         ORDER BY key
    LOOP
        IF NOT pg_try_advisory_xact_lock(_group.key) THEN
            _is_settled := false;
            CONTINUE;
        END IF;
        WITH ahead AS (
            SELECT told, _at - interval '1 microsecond' * (rank() OVER (ORDER BY told DESC) - 1) AS settled
              FROM (SELECT statechangetime AS told FROM registered_node
                     WHERE (formationid, groupid) = (_group.formationid, _group.groupid) AND statechangetime > _at
                    UNION
                    SELECT recordedtime FROM synchronous_set
                     WHERE (formationid, groupid) = (_group.formationid, _group.groupid) AND recordedtime > _at) t
        ), sets AS (
            UPDATE synchronous_set s SET recordedtime = a.settled FROM ahead a
             WHERE (s.formationid, s.groupid) = (_group.formationid, _group.groupid) AND s.recordedtime = a.told
        )
        UPDATE registered_node n SET statechangetime = a.settled FROM ahead a
         WHERE (n.formationid, n.groupid) = (_group.formationid, _group.groupid) AND n.statechangetime = a.told;
    END LOOP;
    RETURN _is_settled;
END $$;
