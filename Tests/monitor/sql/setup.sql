-- The extension, and keepers that exist only here: they report what their hosts see and walk to each
-- goal at once, in virtual time. Stories are told with them.
CREATE EXTENSION pgautofailover;

CREATE SCHEMA story;
CREATE TABLE story.keeper (
    name text PRIMARY KEY,
    id bigint,
    state text NOT NULL DEFAULT 'init',
    is_alive bool NOT NULL DEFAULT true,      -- the keeper reports
    obeys bool NOT NULL DEFAULT true,         -- it reaches its goals
    avoids text,                              -- the one that it does not come to reach
    running bool DEFAULT true,                -- what it says of its server
    answer text NOT NULL DEFAULT 'answered',  -- what the monitor's probe sees
    tli int NOT NULL DEFAULT 1,
    lsn pg_lsn NOT NULL DEFAULT '0/3000000',
    names text NOT NULL DEFAULT '',           -- a primary: the standby names in force
    hears bool NOT NULL DEFAULT true,         -- a standby: it receives from the primary
    heard_at timestamptz                      -- a standby: when it last did
);
CREATE TABLE story.told (eventid bigint);
INSERT INTO story.told VALUES (0);

CREATE FUNCTION story.clock(at timestamptz) RETURNS void LANGUAGE sql AS
$$ SELECT set_config('pgautofailover.test_clock', at::text, false) $$;
CREATE FUNCTION story.now() RETURNS timestamptz LANGUAGE sql AS
$$ SELECT current_setting('pgautofailover.test_clock')::timestamptz $$;

-- Registers a node, as `pg_autoctl create postgres` does.
CREATE FUNCTION story.create(node text, priority int = 50, quorum bool = true) RETURNS void LANGUAGE plpgsql AS $$
DECLARE _id bigint;
BEGIN
    SELECT assigned_node_id INTO _id FROM pgautofailover.register_node(
        'default', node || '.example', 5432, 'app', node, candidate_priority => priority, replication_quorum => quorum);
    INSERT INTO story.keeper (name, id, heard_at) VALUES (node, _id, story.now());
    PERFORM pgautofailover.set_node_system_identifier(_id, 7000);
END $$;

-- One keeper reports, and walks to its goal.
CREATE FUNCTION story.report(node text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    k story.keeper;
    _goal text;
    _connected bigint[];
BEGIN
    SELECT * INTO k FROM story.keeper WHERE name = node;
    IF k.hears THEN
        UPDATE story.keeper SET heard_at = story.now() WHERE name = node;
        k.heard_at := story.now();
    END IF;
    -- one that has been told to follow the primary sees its connection; it is seen by the primary likewise
    _connected := ARRAY(SELECT o.id FROM story.keeper o
                         WHERE o.name <> node AND o.state IN ('secondary', 'catchingup', 'join_secondary') AND o.hears
                           AND o.answer <> 'silent' ORDER BY o.id);
    SELECT assigned_group_state INTO _goal FROM pgautofailover.node_active(
        'default', k.id, 0, k.state,
        CASE WHEN k.state IN ('draining', 'demote_timeout', 'demoted', 'prepare_maintenance', 'dropped', 'init', 'wait_standby') THEN false ELSE k.running END,
        k.tli, k.lsn,
        CASE WHEN k.state IN ('primary', 'wait_primary', 'apply_settings') AND _connected <> '{}' THEN 'quorum' ELSE '' END,
        CASE WHEN k.state IN ('primary', 'single') THEN k.names
             WHEN k.state = 'wait_primary' THEN CASE WHEN k.names = '' THEN '' ELSE '?' END END,
        CASE WHEN k.state IN ('secondary', 'catchingup', 'join_secondary') THEN (extract(epoch FROM story.now() - k.heard_at) * 1000)::int END,
        current_connected => CASE WHEN k.state IN ('primary', 'wait_primary', 'apply_settings') THEN _connected END);
    IF k.obeys AND _goal <> k.state AND _goal IS DISTINCT FROM k.avoids THEN
        PERFORM story.walk(k, _goal);
    END IF;
END $$;

-- A keeper reaches its goal: what its server has become by then.
CREATE FUNCTION story.walk(k story.keeper, goal text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE story.keeper
       SET state = goal,
           tli = CASE WHEN goal IN ('wait_primary', 'single')
                           AND k.state IN ('secondary', 'report_lsn', 'prepare_promotion', 'stop_replication', 'fast_forward') THEN k.tli + 1
                      WHEN goal IN ('catchingup', 'join_secondary')
                           THEN coalesce((SELECT p.tli FROM pgautofailover.node_group g JOIN story.keeper p ON p.id = g.primaryid), k.tli)
                      ELSE k.tli END,
           lsn = CASE WHEN goal IN ('fast_forward') THEN (SELECT max(o.lsn) FROM story.keeper o WHERE o.state = 'report_lsn' AND o.is_alive)
                      WHEN goal IN ('catchingup', 'join_secondary')
                           THEN coalesce((SELECT p.lsn FROM pgautofailover.node_group g JOIN story.keeper p ON p.id = g.primaryid), k.lsn)
                      ELSE k.lsn END,
           -- in maintenance a keeper leaves its server as it is
           running = CASE WHEN goal = 'maintenance' AND k.state <> 'secondary' THEN false
                          WHEN k.state = 'maintenance' THEN true ELSE k.running END,
           names = CASE WHEN goal IN ('wait_primary', 'primary') THEN pgautofailover.synchronous_standby_names('default', 0)
                        WHEN goal = 'single' THEN '' ELSE k.names END,
           hears = CASE WHEN goal IN ('catchingup', 'join_secondary') AND k.state NOT IN ('secondary') THEN true ELSE k.hears END
     WHERE name = k.name;
END $$;

-- Time passes: keepers report each half second, the health worker beats each second.
CREATE FUNCTION story.pass(seconds numeric) RETURNS void LANGUAGE plpgsql AS $$
DECLARE _node text;
BEGIN
    FOR half IN 1 .. (seconds * 2)::int LOOP
        PERFORM story.clock(story.now() + interval '0.5 seconds');
        FOR _node IN SELECT name FROM story.keeper WHERE is_alive ORDER BY id LOOP
            IF EXISTS (SELECT FROM story.keeper k JOIN pgautofailover.node n ON n.nodeid = k.id WHERE k.name = _node) THEN
                PERFORM story.report(_node);
            END IF;
        END LOOP;
        IF half % 2 = 0 THEN
            PERFORM pgautofailover.record_health(
                (SELECT array_agg(id ORDER BY id) FROM story.keeper k JOIN pgautofailover.node n ON n.nodeid = k.id),
                (SELECT array_agg(CASE WHEN (k.state IN ('init', 'wait_standby', 'draining', 'demoted', 'demote_timeout', 'prepare_maintenance')
                                             OR (k.state = 'maintenance' AND NOT k.running)) AND answer = 'answered'
                                       THEN 'refused' ELSE answer END ORDER BY id)
                   FROM story.keeper k JOIN pgautofailover.node n ON n.nodeid = k.id));
        END IF;
    END LOOP;
END $$;

-- The host loses its power, or its link: nobody hears it, and it hears nobody.
CREATE FUNCTION story.silence(node text) RETURNS void LANGUAGE sql AS $$
    UPDATE story.keeper SET is_alive = false, answer = 'silent', hears = false WHERE name = node;
    UPDATE story.keeper SET hears = false
     WHERE name <> node AND EXISTS (SELECT FROM pgautofailover.node_group g JOIN story.keeper k ON k.id = g.primaryid WHERE k.name = node);
$$;
-- It is back.
CREATE FUNCTION story.heal(node text) RETURNS void LANGUAGE sql AS $$
    UPDATE story.keeper SET is_alive = true, answer = 'answered', hears = true, running = true WHERE name = node;
    UPDATE story.keeper SET hears = true WHERE is_alive;
$$;

-- What the monitor decided since the last time.
CREATE FUNCTION story.tell() RETURNS SETOF text LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY
        SELECT CASE WHEN e.goalstate = e.reportedstate AND e.rule_pos IS NOT NULL
                    THEN format('%-6s %-19s %s  %s', e.nodename, e.reportedstate, e.rule_pos, e.description)
                    ELSE format('%-6s %-19s -> %-18s %s  %s', e.nodename, e.reportedstate, e.goalstate, e.rule_pos,
                                regexp_replace(e.description, '^.* because ', '')) END
          FROM pgautofailover.event e, story.told t
         WHERE e.eventid > t.eventid AND e.rule_pos IS NOT NULL
         ORDER BY e.eventid;
    UPDATE story.told SET eventid = (SELECT coalesce(max(eventid), 0) FROM pgautofailover.event);
END $$;
-- Where everybody stands.
CREATE FUNCTION story.state() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT format('%-6s %s / %s', nodename, reportedstate, goalstate) FROM pgautofailover.node ORDER BY nodeid
$$;
-- Everything anew, with these nodes at rest.
CREATE FUNCTION story.begin(VARIADIC nodes text[] = '{}') RETURNS void LANGUAGE plpgsql AS $$
DECLARE _node text;
BEGIN
    DELETE FROM pgautofailover.registered_node;
    DELETE FROM pgautofailover.node_group;
    DELETE FROM pgautofailover.event;
    DELETE FROM story.keeper;
    UPDATE pgautofailover.formation SET number_sync_standbys = 0, stays_at_zero = false;
    ALTER SEQUENCE pgautofailover.registered_node_nodeid_seq RESTART;
    PERFORM story.clock('2026-01-01 00:00:00+00');
    FOREACH _node IN ARRAY nodes LOOP
        PERFORM story.create(_node);
        PERFORM story.pass(6);
    END LOOP;
    UPDATE story.told SET eventid = (SELECT coalesce(max(eventid), 0) FROM pgautofailover.event);
END $$;
