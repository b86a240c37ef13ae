-- Is this recent enough to believe? What was never heard is not.
CREATE OR REPLACE FUNCTION pgautofailover.is_fresh(heard_at timestamptz, at timestamptz)
RETURNS bool LANGUAGE sql STABLE
RETURN coalesce(is_fresh.at - is_fresh.heard_at < pgautofailover.unhealthy_timeout(), false);
