-- What the wall clock shows at a time of the monitor's clock: for events, which people compare with their logs.
CREATE OR REPLACE FUNCTION pgautofailover.wall_clock_time(at timestamptz)
RETURNS timestamptz LANGUAGE sql VOLATILE
RETURN CASE WHEN coalesce(current_setting('pgautofailover.test_clock', true), '') = ''
            THEN wall_clock_time.at + (clock_timestamp() - pgautofailover.steady_clock())
            ELSE wall_clock_time.at END;
