-- Since when the monitor has been able to hear anybody. Under a test's clock: when the test says, or
-- long since.
CREATE OR REPLACE FUNCTION pgautofailover.monitor_start()
RETURNS timestamptz LANGUAGE sql STABLE
RETURN CASE WHEN coalesce(current_setting('pgautofailover.test_clock', true), '') = ''
            THEN pg_postmaster_start_time()
            ELSE coalesce(nullif(current_setting('pgautofailover.test_start', true), '')::timestamptz,
                          '2000-01-01 00:00:00+00') END;
