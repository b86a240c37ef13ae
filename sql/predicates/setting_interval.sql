-- A setting of the extension that is a time, or what holds when the library is not loaded.
CREATE OR REPLACE FUNCTION pgautofailover.setting_interval(name text, otherwise interval)
RETURNS interval LANGUAGE sql STABLE
RETURN coalesce(nullif(current_setting('pgautofailover.' || setting_interval.name, true), '')::interval, setting_interval.otherwise);
