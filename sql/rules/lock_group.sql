-- The first thing a command does: nobody else decides about this group until the transaction ends. In a
-- transaction whose snapshot is older than the lock, everything that follows would act on what was.
CREATE OR REPLACE FUNCTION pgautofailover.lock_group(formation_id text, group_id int)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a command of the monitor reads after its lock, which a transaction that is % does not',
            current_setting('transaction_isolation')
            USING ERRCODE = 'active_sql_transaction', HINT = 'Use the isolation level READ COMMITTED.';
    END IF;
    PERFORM pg_advisory_xact_lock(pgautofailover.group_lock_key(lock_group.formation_id, lock_group.group_id));
END $$;
