-- The first thing a command does: nobody else decides about this group until the transaction ends.
CREATE OR REPLACE FUNCTION pgautofailover.lock_group(formation_id text, group_id int)
RETURNS void LANGUAGE sql VOLATILE
BEGIN ATOMIC
    SELECT pg_advisory_xact_lock(pgautofailover.group_lock_key(lock_group.formation_id, lock_group.group_id));
END;
