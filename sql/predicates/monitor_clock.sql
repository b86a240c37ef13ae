-- The only function that reads the clock. Commands ask it once, after their lock, and pass the answer
-- down. In tests a superuser's setting answers instead.
CREATE OR REPLACE FUNCTION pgautofailover.monitor_clock()
RETURNS timestamptz LANGUAGE sql VOLATILE
RETURN coalesce(nullif(current_setting('pgautofailover.test_clock', true), '')::timestamptz, clock_timestamp());
