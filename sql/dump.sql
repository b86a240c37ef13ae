-- What a dump of the monitor's database keeps. The rules are code: they come with the version.
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.formation', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.node_group', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.registered_node', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.registered_node_nodeid_seq', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.synchronous_set', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.synchronous_set_setid_seq', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.credential', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.event', '');
SELECT pg_catalog.pg_extension_config_dump('pgautofailover.event_eventid_seq', '');
