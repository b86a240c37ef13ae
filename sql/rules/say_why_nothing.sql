-- A rule says why nothing is done: noted when it is news, not at every look.
CREATE OR REPLACE FUNCTION pgautofailover.say_why_nothing(
    node_id bigint, rule_pos int, because text, at timestamptz, facts text[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    _group pgautofailover.node_group;
    _words text;
    _last pgautofailover.event;
BEGIN
    SELECT g.* INTO _group
      FROM pgautofailover.registered_node n JOIN pgautofailover.node_group g USING (formationid, groupid)
     WHERE n.nodeid = say_why_nothing.node_id;
    SELECT concat_ws(': ', say_why_nothing.because, string_agg(w.sentence, '; ')) INTO _words
      FROM pgautofailover.election_wait(_group.formationid, _group.groupid) w;
    SELECT * INTO _last FROM pgautofailover.event e
     WHERE e.formationid = _group.formationid AND e.groupid = _group.groupid AND e.rule_pos IS NOT NULL
     ORDER BY e.eventid DESC LIMIT 1;
    IF _last.rule_pos IS DISTINCT FROM say_why_nothing.rule_pos OR _last.description IS DISTINCT FROM _words THEN
        PERFORM pgautofailover.log_event(say_why_nothing.node_id, _words, say_why_nothing.at, say_why_nothing.rule_pos, say_why_nothing.facts);
    END IF;
END $$;
