-- The key of a group's advisory lock.
CREATE OR REPLACE FUNCTION pgautofailover.group_lock_key(formation_id text, group_id int)
RETURNS bigint LANGUAGE sql IMMUTABLE
RETURN hashtextextended('pgautofailover.group ' || formation_id || ' ' || group_id::text, 0);
