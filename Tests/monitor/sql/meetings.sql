-- What the isolation specs about two commands that meet need: groups that are saved once and recalled
-- before each meeting, one word for each command, and what comes out when one is done after the other.
\t on
\pset format unaligned
SET client_min_messages = warning;
\set QUIET on

CREATE TABLE story.saved (name text, kind text, rows jsonb, PRIMARY KEY (name, kind));
CREATE FUNCTION story.save(name text) RETURNS void LANGUAGE sql AS $$
    DELETE FROM story.saved s WHERE s.name = save.name;
    INSERT INTO story.saved
    SELECT save.name, 'formation', coalesce(jsonb_agg(t), '[]') FROM pgautofailover.formation t UNION ALL
    SELECT save.name, 'node_group', coalesce(jsonb_agg(t), '[]') FROM pgautofailover.node_group t UNION ALL
    SELECT save.name, 'registered_node', coalesce(jsonb_agg(t), '[]') FROM pgautofailover.registered_node t UNION ALL
    SELECT save.name, 'node_report', coalesce(jsonb_agg(t), '[]') FROM pgautofailover.node_report t UNION ALL
    SELECT save.name, 'synchronous_set', coalesce(jsonb_agg(t), '[]') FROM pgautofailover.synchronous_set t;
$$;
CREATE FUNCTION story.recall(name text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE saved CONSTANT jsonb := (SELECT jsonb_object_agg(s.kind, s.rows) FROM story.saved s WHERE s.name = recall.name);
BEGIN
    DELETE FROM pgautofailover.registered_node;
    DELETE FROM pgautofailover.node_group;
    DELETE FROM pgautofailover.formation;
    DELETE FROM pgautofailover.event;
    INSERT INTO pgautofailover.formation SELECT * FROM jsonb_populate_recordset(NULL::pgautofailover.formation, saved -> 'formation');
    INSERT INTO pgautofailover.node_group SELECT * FROM jsonb_populate_recordset(NULL::pgautofailover.node_group, saved -> 'node_group');
    INSERT INTO pgautofailover.registered_node SELECT * FROM jsonb_populate_recordset(NULL::pgautofailover.registered_node, saved -> 'registered_node');
    INSERT INTO pgautofailover.node_report SELECT * FROM jsonb_populate_recordset(NULL::pgautofailover.node_report, saved -> 'node_report');
    INSERT INTO pgautofailover.synchronous_set SELECT * FROM jsonb_populate_recordset(NULL::pgautofailover.synchronous_set, saved -> 'synchronous_set');
    PERFORM setval('pgautofailover.registered_node_nodeid_seq', greatest((SELECT max(nodeid) FROM pgautofailover.registered_node), 1));
END $$;

-- One word for each command. Node 1 is the primary, 2 and 3 are its standbys.
CREATE FUNCTION story.act(what text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN CASE what
        WHEN 'report'           THEN (SELECT assigned_group_state FROM pgautofailover.node_active('default', 1, 0, 'primary', NULL, 1, '0/3000000', ''))
        WHEN 'standby_reports'  THEN (SELECT assigned_group_state FROM pgautofailover.node_active('default', 2, 0, 'secondary', NULL, 1, '0/3000000', ''))
        WHEN 'third_reports'    THEN (SELECT assigned_group_state FROM pgautofailover.node_active('default', 3, 0, 'secondary', true, 1, '0/3000000', '', NULL, 9000))
        WHEN 'primary_is_back'  THEN (SELECT assigned_group_state FROM pgautofailover.node_active('default', 1, 0, 'primary', true, 1, '0/3000000', '', '?'))
        WHEN 'maintenance_reports' THEN (SELECT assigned_group_state FROM pgautofailover.node_active('default', 3, 0, 'maintenance', false, 1, '0/3000000', ''))
        WHEN 'remove'           THEN pgautofailover.remove_node(2)::text
        WHEN 'remove_primary'   THEN pgautofailover.remove_node(1)::text
        WHEN 'remove_third'     THEN pgautofailover.remove_node(3)::text
        WHEN 'forget'           THEN pgautofailover.remove_node(2, true)::text
        WHEN 'forget_primary'   THEN pgautofailover.remove_node('n1.example', 5432, true)::text
        WHEN 'failover'         THEN pgautofailover.perform_failover()::text
        WHEN 'promotion'        THEN pgautofailover.perform_promotion('default', 'n3')::text
        WHEN 'force'            THEN (pgautofailover.force_failover('default', 0, 'ann') LIKE 'Every commit after position 0/3000000%')::text
        WHEN 'maintenance'      THEN pgautofailover.start_maintenance(2)::text
        WHEN 'end_maintenance'  THEN pgautofailover.stop_maintenance(3)::text
        WHEN 'priority'         THEN pgautofailover.set_node_candidate_priority('default', 'n2', 7)::text
        WHEN 'quorum'           THEN pgautofailover.set_node_replication_quorum('default', 'n2', false)::text
        WHEN 'number'           THEN pgautofailover.set_formation_number_sync_standbys('default', 1)::text
        WHEN 'rename'           THEN pgautofailover.update_node_metadata(2, 'renamed', NULL, NULL)::text
        WHEN 'health'           THEN pgautofailover.record_health('{1,2,3}', '{answered,silent,answered}')::text
        WHEN 'register'         THEN (SELECT assigned_group_state FROM pgautofailover.register_node('default', 'n4.example', 5432, 'app', 'n4'))
        WHEN 'what_if'          THEN (SELECT string_agg(DISTINCT rule_pos::text, ' ') FROM pgautofailover.what_if())
        WHEN 'outlook'          THEN (SELECT string_agg(lost_node || ':' || coalesce(leader, 'nobody'), ' ') FROM pgautofailover.failover_outlook())
        WHEN 'create_formation' THEN (SELECT formation_id FROM pgautofailover.create_formation('default', 'pgsql', 'shop', true, 0))
        WHEN 'drop_formation'   THEN pgautofailover.drop_formation('default')::text
        WHEN 'no_secondary'     THEN pgautofailover.disable_secondary('default')::text
    END;
END $$;

-- All that commands change, in a line.
CREATE FUNCTION story.line() RETURNS text LANGUAGE sql AS $$
    SELECT concat_ws('; ',
        (SELECT string_agg(format('%s %s/%s', n.nodename, n.reportedstate, n.goalstate)
                           || CASE WHEN n.candidatepriority <> 50 THEN ' priority ' || n.candidatepriority ELSE '' END
                           || CASE WHEN NOT n.replicationquorum THEN ' async' ELSE '' END
                           || CASE WHEN n.reportedpgisrunning IS NULL THEN ' restarts' ELSE '' END
                           || CASE n.health WHEN 0 THEN ' bad' ELSE '' END, ', ' ORDER BY n.nodeid) FROM pgautofailover.node n),
        (SELECT 'primary ' || string_agg(concat_ws(' ', g.primaryid, 'then ' || g.preferredid, 'by ' || g.lossallowedby), ', ') FROM pgautofailover.node_group g),
        (SELECT string_agg(concat_ws(' ', 'number', f.number_sync_standbys, CASE WHEN NOT f.opt_secondary THEN 'no standbys' END), ', ') FROM pgautofailover.formation f),
        (SELECT 'sets ' || string_agg(concat_ws(' ', s.members, s.needed, CASE WHEN s.is_confirmed THEN 'confirmed' END), ', ' ORDER BY s.setid)
           FROM pgautofailover.synchronous_set s))
$$;

-- What comes out when one is done and then the other.
CREATE FUNCTION story.one_after_the_other(saved text, one text, other text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE _line text;
BEGIN
    BEGIN
        PERFORM story.recall(saved);
        BEGIN PERFORM story.act(one); EXCEPTION WHEN OTHERS THEN NULL; END;
        BEGIN PERFORM story.act(other); EXCEPTION WHEN OTHERS THEN NULL; END;
        _line := story.line();
        RAISE EXCEPTION 'undone' USING ERRCODE = 'PA999';
    EXCEPTION WHEN SQLSTATE 'PA999' THEN
        NULL;
    END;
    RETURN _line;
END $$;
-- Two commands have met: what came out, and whether it is what one after the other would give. (The health
-- worker does not wait for a lock: it leaves the group alone.)
CREATE FUNCTION story.met(saved text, one text, other text) RETURNS SETOF text LANGUAGE plpgsql AS $$
DECLARE _serial CONSTANT text := story.one_after_the_other(saved, one, other);
BEGIN
    RETURN NEXT story.line();
    IF story.line() IS DISTINCT FROM _serial
       AND NOT (other = 'health' AND story.line() = story.one_after_the_other(saved, one, NULL)) THEN
        RETURN NEXT format('UNLIKE %s, then %s: %s', one, other, _serial);
    END IF;
END $$;

\echo '# three nodes at rest'
SELECT story.begin('n1', 'n2', 'n3');
SELECT pgautofailover.set_formation_number_sync_standbys('default', 0);
SELECT story.pass(3);
SELECT story.save('three');
SELECT story.line();
\echo '# one of them in maintenance'
SELECT pgautofailover.start_maintenance(3);
SELECT story.pass(2);
SELECT story.save('maintenance');
SELECT story.line();
\echo '# the primary and one standby lost'
SELECT story.begin('n1', 'n2', 'n3');
SELECT story.silence('n1');
SELECT story.silence('n3');
SELECT story.pass(5);
SELECT story.save('lost');
SELECT story.line(), story.now();
\echo '# a single node'
SELECT story.begin('n1');
SELECT story.save('single');
SELECT story.line();
\echo '# no nodes'
SELECT story.begin();
SELECT story.save('empty');
SELECT story.line();

\echo '# Each command by itself, then another one.'
SET pgautofailover.test_clock = '2026-01-01 00:00:21.5+00';
SELECT format('%-16s %s', word, story.one_after_the_other('three', word, NULL))
  FROM unnest('{report,standby_reports,remove,remove_primary,forget,failover,promotion,maintenance,priority,quorum,number,rename,health,register,what_if}'::text[]) AS word;
SELECT story.one_after_the_other('three', 'remove', 'standby_reports');
