-- How long somebody may be silent before silence means something.
CREATE OR REPLACE FUNCTION pgautofailover.unhealthy_timeout()
RETURNS interval LANGUAGE sql STABLE
RETURN pgautofailover.setting_interval('node_considered_unhealthy_timeout', interval '3 seconds');
