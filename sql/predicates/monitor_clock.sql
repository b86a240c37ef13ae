-- What time it is for whoever decides: no clock that somebody sets, forward or back, makes anybody silent or
-- heard. Commands ask it once, after their lock, and pass the answer down. In tests a superuser's
-- setting answers instead.
CREATE OR REPLACE FUNCTION pgautofailover.monitor_clock()
RETURNS timestamptz LANGUAGE sql VOLATILE
RETURN coalesce(nullif(current_setting('pgautofailover.test_clock', true), '')::timestamptz, pgautofailover.steady_clock());
