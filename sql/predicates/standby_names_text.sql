-- A synchronous set as PostgreSQL's synchronous_standby_names spells it, the names being the
-- standbys' application_name; highest candidate priority first, then lowest id.
CREATE OR REPLACE FUNCTION pgautofailover.standby_names_text(members bigint[], needed int)
RETURNS text LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT CASE WHEN cardinality(standby_names_text.members) = 0 THEN ''
                ELSE format('ANY %s (%s)', standby_names_text.needed,
                            string_agg('pgautofailover_standby_' || m.id, ', '
                                       ORDER BY n.candidatepriority DESC NULLS LAST, m.id)) END
      FROM unnest(standby_names_text.members) AS m (id)
      LEFT JOIN pgautofailover.registered_node n ON n.nodeid = m.id;
END;
COMMENT ON FUNCTION pgautofailover.standby_names_text(bigint[], int) IS 'the synchronous_standby_names for these members, of which so many must confirm';
