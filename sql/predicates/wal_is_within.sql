-- Do two positions lie within this many bytes? An unknown position (0/0) is within nothing.
CREATE OR REPLACE FUNCTION pgautofailover.wal_is_within(one pg_lsn, other pg_lsn, bytes bigint)
RETURNS bool LANGUAGE sql IMMUTABLE
RETURN one <> '0/0' AND other <> '0/0' AND abs(one - other) <= bytes;
