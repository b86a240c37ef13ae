-- Is this value of synchronous_standby_names the one of that set? The order of the names says nothing.
CREATE OR REPLACE FUNCTION pgautofailover.names_match(standby_names text, members bigint[], needed int)
RETURNS bool LANGUAGE sql IMMUTABLE
RETURN CASE
           WHEN names_match.needed = 0 THEN names_match.standby_names = ''
           ELSE names_match.standby_names ~ format('^ANY %s \(', names_match.needed)
                AND ARRAY(SELECT m[1]::bigint
                            FROM regexp_matches(names_match.standby_names, 'pgautofailover_standby_(\d+)', 'g') AS m
                           ORDER BY 1) = ARRAY(SELECT unnest(names_match.members) ORDER BY 1)
       END;
