-- The newest events, oldest first: of all formations, of one, of one group.
CREATE OR REPLACE FUNCTION pgautofailover.last_events(count int = 10)
RETURNS SETOF pgautofailover.event LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
    SELECT * FROM (SELECT * FROM event e ORDER BY e.eventid DESC LIMIT last_events.count) newest ORDER BY eventid
$$;
COMMENT ON FUNCTION pgautofailover.last_events(int) IS 'the newest events';

CREATE OR REPLACE FUNCTION pgautofailover.last_events(formation_id text = 'default', count int = 10)
RETURNS SETOF pgautofailover.event LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
    SELECT * FROM (SELECT * FROM event e WHERE e.formationid = last_events.formation_id
                    ORDER BY e.eventid DESC LIMIT last_events.count) newest ORDER BY eventid
$$;
COMMENT ON FUNCTION pgautofailover.last_events(text, int) IS 'the newest events of a formation';

CREATE OR REPLACE FUNCTION pgautofailover.last_events(formation_id text, group_id int, count int = 10)
RETURNS SETOF pgautofailover.event LANGUAGE sql STABLE STRICT
SET search_path = pgautofailover, pg_catalog, pg_temp AS $$
    SELECT * FROM (SELECT * FROM event e WHERE e.formationid = last_events.formation_id AND e.groupid = last_events.group_id
                    ORDER BY e.eventid DESC LIMIT last_events.count) newest ORDER BY eventid
$$;
COMMENT ON FUNCTION pgautofailover.last_events(text, int, int) IS 'the newest events of a group';
