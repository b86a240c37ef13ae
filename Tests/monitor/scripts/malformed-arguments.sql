-- What malformed-arguments calls: values of every type that nobody expects, and a record of what came of
-- each call. Each call is undone, so that the next one finds the same group.
SET client_min_messages = warning;
SELECT FROM story.begin('n1', 'n2', 'n3');
CREATE SCHEMA malformed;
GRANT USAGE ON SCHEMA malformed TO autoctl_node;
CREATE TABLE malformed.call (
    role name DEFAULT session_user, function text, arguments text, code text, message text, context text, seconds float);
GRANT INSERT ON malformed.call TO autoctl_node;

-- Expressions of values of a type, the unremarkable ones first.
CREATE FUNCTION malformed.expressions(of_type regtype) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT CASE coalesce(nullif(t.typbasetype, 0), t.oid)::regtype::text
        WHEN 'text' THEN ARRAY['''default''', '''n1''', '''primary''', '''secondary''', '''none''', 'NULL', '''''',
            'repeat(''x'', 1048576)', 'repeat(''💥'', 65536)', $v$'a"b''c\d;--%s%1$s{}()'$v$, $v$E'a\nb\rc\x01\x1b[31m\u200f'$v$,
            'repeat(''['', 100000)', '''{"groupid": 1e999, "nodes": [null, {}, 7]}''', '''ANY 99999999999999999999 (*)''', '''infinity''']
        WHEN 'name' THEN ARRAY['''default''', '''app''', 'NULL', '''''', 'repeat(''x'', 1000)::name', $v$E'a"b''\n\\'$v$]
        WHEN 'integer' THEN ARRAY['0', '1', '50', '5432', 'NULL', '-1', '65536', '2147483647', '-2147483648']
        WHEN 'bigint' THEN ARRAY['1', '2', '0', 'NULL', '-1', '2147483648', '9223372036854775807', '-9223372036854775808']
        WHEN 'boolean' THEN ARRAY['true', 'false', 'NULL']
        WHEN 'pg_lsn' THEN ARRAY['''0/3000000''', '''0/0''', 'NULL', '''FFFFFFFF/FFFFFFFF''']
        WHEN 'timestamp with time zone' THEN ARRAY['''2026-01-01''', 'NULL', '''infinity''', '''-infinity''',
            '''4713-01-01 BC''', '''294276-12-31 23:59:59''']
        WHEN 'interval' THEN ARRAY['''10 s''', 'NULL', '''0''', '''-178000000 years''', '''178000000 years''']
        WHEN 'bigint[]' THEN ARRAY['''{2,3}''', '''{}''', 'NULL', '''{NULL}''', '''{1,1,-1,9223372036854775807}''',
            '''{{1,2},{3,4}}''', '''[-5:-4]={2,3}''', 'array_fill(2::bigint, ''{10000}'')']
        WHEN 'text[]' THEN ARRAY['''{answered,silent}''', '''{}''', 'NULL', '''{NULL}''', '''{nonsense,""}''',
            '''{{answered},{silent}}''', 'array_fill(''silent''::text, ''{10000}'')']
        ELSE CASE WHEN t.typelem <> 0 THEN ARRAY['NULL', '''{}''', '''{NULL}'''] ELSE ARRAY['NULL', format('(SELECT x FROM jsonb_populate_record(NULL::%s, ''{}'') x)', t.oid::regtype)] END
        END
      FROM pg_type t WHERE t.oid = of_type
$$;

-- Does the group go on as if nothing had been? For the superuser asks, whoever has called.
CREATE FUNCTION malformed.look_after() RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    PERFORM pgautofailover.record_health('{1,2,3}', '{answered,answered,answered}');
    PERFORM FROM pgautofailover.formation f, pgautofailover.current_state(f.formationid);
    PERFORM FROM pgautofailover.formation f, pgautofailover.why(f.formationid, 0);
    PERFORM pgautofailover.group_snapshot('default', 0);
    PERFORM FROM pgautofailover.last_events('default', 0, 10);
    IF EXISTS (SELECT FROM pgautofailover.node n JOIN pgautofailover.node_state s ON s.name = n.goalstate
                WHERE s.takes_writes GROUP BY n.formationid, n.groupid HAVING count(*) > 1) THEN
        RAISE 'two writers' USING ERRCODE = 'XX001';
    END IF;
END $$;

-- The names of a function's arguments, in their order. By names alone some overloads are told apart.
CREATE FUNCTION malformed.names(function oid) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY(SELECT a.name FROM pg_proc p, unnest(p.proargnames, p.proargmodes::text[]) WITH ORDINALITY AS a (name, mode, place)
                  WHERE p.oid = function AND coalesce(a.mode, 'i') IN ('i', 'b') ORDER BY a.place)
$$;

-- One call, and what came of it. What it has done is undone.
CREATE FUNCTION malformed.try(function oid, arguments text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _list text := array_to_string(ARRAY(
        SELECT CASE WHEN cardinality(arguments) > 1 THEN format('%I => ', a.name) ELSE '' END
               || format('(%s)::%s', a.expression, t.type::regtype)
          FROM unnest(malformed.names(function), arguments) WITH ORDINALITY AS a (name, expression, place)
          JOIN unnest((SELECT proargtypes::oid[] FROM pg_proc WHERE oid = function)) WITH ORDINALITY AS t (type, place) USING (place)
         ORDER BY place), ', ');
    _name text := (SELECT format('pgautofailover.%I', proname) FROM pg_proc WHERE oid = function);
    _began timestamptz := clock_timestamp();
    _code text; _message text; _context text; _what text := 'call';
BEGIN
    BEGIN
        EXECUTE format('SELECT count(*) FROM %s(%s)', _name, _list);
        _what := 'afterwards';
        -- what only reads leaves nothing to look for
        IF (SELECT provolatile = 'v' FROM pg_proc WHERE oid = function) THEN
            PERFORM malformed.look_after();
        END IF;
        RAISE 'undone' USING ERRCODE = 'UNDO0';
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS _code = RETURNED_SQLSTATE, _message = MESSAGE_TEXT, _context = PG_EXCEPTION_CONTEXT;
    END;
    INSERT INTO malformed.call (function, arguments, code, message, context, seconds)
    VALUES (function::regprocedure::text, _list, CASE _what WHEN 'call' THEN _code ELSE _what || ' ' || _code END,
            left(_message, 200), _context, extract(epoch FROM clock_timestamp() - _began));
END $$;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA malformed TO autoctl_node;

-- Each value of each argument beside unremarkable ones, then any with any.
CREATE FUNCTION malformed.try_all(rounds int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _function record; _values text[]; _usual text[]; _place int; _value text;
BEGIN
    FOR _function IN
        SELECT p.oid, p.proname, p.proargtypes::oid[] AS types, p.pronargs AS count FROM pg_proc p
         WHERE p.pronamespace = 'pgautofailover'::regnamespace AND p.prokind = 'f' AND p.prorettype <> 'trigger'::regtype
           AND has_function_privilege(session_user, p.oid, 'EXECUTE') ORDER BY p.oid::regprocedure::text
    LOOP
        _usual := ARRAY(SELECT (malformed.expressions(t))[1] FROM unnest(_function.types) WITH ORDINALITY AS a (t, place) ORDER BY place);
        PERFORM malformed.try(_function.oid, _usual);
        FOR _place IN 1.._function.count LOOP
            FOREACH _value IN ARRAY malformed.expressions(_function.types[_place - 1]) LOOP
                _values := _usual;
                _values[_place] := _value;
                PERFORM malformed.try(_function.oid, _values);
            END LOOP;
        END LOOP;
        FOR _round IN 1..rounds LOOP
            PERFORM malformed.try(_function.oid, ARRAY(
                SELECT v[1 + floor(random() * cardinality(v))::int]
                  FROM unnest(_function.types) WITH ORDINALITY AS a (t, place), malformed.expressions(t) AS v ORDER BY place));
        END LOOP;
    END LOOP;
END $$;

-- Fails with the calls that must not have been. An error that a function raises on purpose is ordinary
-- with any code: pg_auto_failover 2.x has given some of them the code XX000, and callers know it.
CREATE FUNCTION malformed.sum_up(of_role name) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    _bad text := (SELECT string_agg(format('%s(%s): %s %s (%s s)', function, left(arguments, 200), code, message, round(seconds::numeric, 1)), E'\n')
                    FROM malformed.call c
                   WHERE c.role = of_role
                     AND (seconds > 20 OR code LIKE 'afterwards %' AND code <> 'afterwards UNDO0'
                          OR code ~ '^(XX|57|58|P0000|P0004|0A|42(?!5|704))' AND split_part(context, E'\n', 1) NOT LIKE '% at RAISE'));
BEGIN
    IF _bad IS NOT NULL THEN
        RAISE EXCEPTION E'these calls did not end as they must:\n%', _bad;
    END IF;
    RETURN (SELECT format('%s calls of %s functions, %s of them answered, the longest took %s s',
                          count(*), count(DISTINCT function), count(*) FILTER (WHERE code = 'afterwards UNDO0'), round(max(seconds)::numeric, 1))
              FROM malformed.call c WHERE c.role = of_role);
END $$;
