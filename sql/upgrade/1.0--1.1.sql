-- From 1.0: rights can be given for a formation or a node alone.
-- include: tables/credential.sql
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.credential', '');
