-- A role that may connect to the monitor's database and nothing else, and what a keeper's role may not do
-- either. What is tried is taken from the catalog; each query tells what was not refused, and expects nothing.
\pset format unaligned
\t on
\set SHOW_CONTEXT never
SELECT story.begin('n1', 'n2');
CREATE ROLE stranger LOGIN;
CREATE SCHEMA attempt;
GRANT USAGE ON SCHEMA attempt TO stranger, autoctl_node;
-- Runs a statement for the caller, and undoes it; nothing when it was refused for want of a right.
CREATE FUNCTION attempt.refused(statement text) RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE statement;
    RAISE 'undone' USING ERRCODE = 'UNDO0';
EXCEPTION
    WHEN insufficient_privilege THEN RETURN true;
    WHEN OTHERS THEN RETURN false;
END $$;
-- Calls of all functions, with nulls that the planner does not know as such: without a call no right is asked for.
CREATE VIEW attempt.call AS
SELECT p.oid, format('SELECT pgautofailover.%I(%s)', p.proname,
           (SELECT string_agg(CASE WHEN p.pronargs > 1 THEN format('%I => ', p.proargnames[place]) ELSE '' END || format('(SELECT NULL::%s)', t::regtype), ', ' ORDER BY place)
              FROM unnest(p.proargtypes) WITH ORDINALITY AS a (t, place))) AS statement
  FROM pg_proc p WHERE p.pronamespace = 'pgautofailover'::regnamespace AND p.prorettype <> 'trigger'::regtype;
-- Everything that one can do with a relation.
CREATE VIEW attempt.touch AS
SELECT c.oid, c.relkind, format(way, c.oid::regclass, (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = 1)) AS statement
  FROM pg_class c CROSS JOIN (VALUES ('rvS', 'SELECT FROM %s'), ('r', 'INSERT INTO %s DEFAULT VALUES'), ('r', 'UPDATE %s SET %2$I = %2$I'),
       ('r', 'DELETE FROM %s'), ('r', 'TRUNCATE %s'), ('r', 'LOCK %s IN ROW EXCLUSIVE MODE'), ('r', 'SELECT FROM %s FOR KEY SHARE'),
       ('r', 'ALTER TABLE %s ADD COLUMN x int'), ('r', 'CREATE INDEX ON %s (%2$I)'), ('r', 'CREATE TRIGGER x BEFORE INSERT ON %s EXECUTE FUNCTION suppress_redundant_updates_trigger()'),
       ('r', 'CREATE RULE x AS ON INSERT TO %s DO INSTEAD NOTHING'), ('r', 'CREATE TABLE attempt.x (y int) INHERITS (%s)'), ('S', 'SELECT nextval(''%s'')'), ('S', 'SELECT setval(''%s'', 7)')) AS w (kinds, way)
 WHERE c.relnamespace = 'pgautofailover'::regnamespace AND w.kinds LIKE '%' || c.relkind::text || '%';
CREATE VIEW attempt.make AS
SELECT unnest(ARRAY['CREATE TABLE pgautofailover.x ()', 'CREATE FUNCTION pgautofailover.x() RETURNS int LANGUAGE sql RETURN 1',
    'CREATE VIEW pgautofailover.x AS SELECT 1', 'DROP SCHEMA pgautofailover CASCADE', 'DROP EXTENSION pgautofailover', 'ALTER EXTENSION pgautofailover UPDATE',
    'SET pgautofailover.test_clock = ''2020-01-01''', 'SET pgautofailover.test_start = ''2020-01-01''', 'ALTER ROLE autoctl_node SUPERUSER', 'GRANT autoctl_node TO stranger',
    'SELECT FROM pgautofailover.credential', 'COPY (SELECT 1) TO ''/tmp/x''', 'COPY (SELECT 1) TO PROGRAM ''true''']) AS statement;
GRANT SELECT ON ALL TABLES IN SCHEMA attempt TO stranger, autoctl_node;
SELECT count(*) > 80 AS "there are functions to try" FROM attempt.call;
SELECT count(*) > 80 AS "and relations" FROM attempt.touch;

\echo '# what a stranger can do'
SET SESSION AUTHORIZATION stranger;
SELECT statement FROM attempt.call WHERE NOT attempt.refused(statement);
SELECT statement FROM attempt.touch WHERE NOT attempt.refused(statement);
SELECT statement FROM attempt.make WHERE NOT attempt.refused(statement);
\echo '# - or one who may look into the schema'
RESET SESSION AUTHORIZATION;
GRANT USAGE ON SCHEMA pgautofailover TO stranger;
SET SESSION AUTHORIZATION stranger;
SELECT statement FROM attempt.call WHERE NOT attempt.refused(statement);
SELECT statement FROM attempt.touch WHERE NOT attempt.refused(statement);
\echo '# - settings of ours that a stranger can change'
SELECT name FROM pg_settings WHERE name LIKE 'pgautofailover.%' AND context IN ('user', 'backend')
    AND NOT attempt.refused(format('SET %s TO DEFAULT', name));
\echo '# anybody can listen and notify; nobody decides by what is heard'
LISTEN state;
UNLISTEN state;
NOTIFY state, 'nonsense';
NOTIFY log, 'the group has failed over';
RESET SESSION AUTHORIZATION;
SELECT story.pass(3);
SELECT story.state();

\echo '# nobody but the extension takes the lock under which a group is decided about'
SELECT pgautofailover.group_lock_key('default', 0) AS key \gset
SET SESSION AUTHORIZATION stranger;
SELECT pg_advisory_lock(:key);
SELECT pg_try_advisory_xact_lock_shared(:key);
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION autoctl_node;
SELECT pg_advisory_lock(:key);
RESET SESSION AUTHORIZATION;

\echo '# no host that would be a rule of its own in other servers'' pg_hba.conf, and no name that commands a terminal'
SELECT pgautofailover.register_node('default', '0.0.0.0/0', 5432, 'app', 'open');
SELECT pgautofailover.register_node('default', E'a\nhost all all all trust', 5432, 'app', 'open');
SELECT pgautofailover.register_node('default', '.example', 5432, 'app', 'open');
SELECT pgautofailover.update_node_metadata(1, NULL, '0.0.0.0/0', NULL);
SELECT pgautofailover.update_node_metadata(1, E'\033[2J', NULL, NULL);
SELECT pgautofailover.update_node_metadata(1, NULL, 'fd00::1', NULL);

\echo '# what a keeper''s role can do beside calling what it may and looking'
SET SESSION AUTHORIZATION autoctl_node;
SELECT statement FROM attempt.call
 WHERE NOT has_function_privilege(oid, 'EXECUTE') AND NOT attempt.refused(statement);
SELECT statement FROM attempt.touch
 WHERE statement !~ '^SELECT FROM [a-z_.]+$' AND NOT attempt.refused(statement);
SELECT statement FROM attempt.make WHERE NOT attempt.refused(statement);
RESET SESSION AUTHORIZATION;

SET client_min_messages = warning;
DROP SCHEMA attempt CASCADE;
RESET client_min_messages;
REVOKE USAGE ON SCHEMA pgautofailover FROM stranger;
DROP ROLE stranger;
