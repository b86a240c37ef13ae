-- A setting of the extension that is a number, or what holds when the library is not loaded.
CREATE OR REPLACE FUNCTION pgautofailover.setting_integer(name text, otherwise bigint)
RETURNS bigint LANGUAGE sql STABLE
RETURN coalesce(nullif(current_setting('pgautofailover.' || setting_integer.name, true), '')::bigint, setting_integer.otherwise);
