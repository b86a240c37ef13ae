-- Who may do what. Nothing is open to PUBLIC.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA pgautofailover FROM PUBLIC;
REVOKE ALL ON ALL TABLES IN SCHEMA pgautofailover FROM PUBLIC;
GRANT USAGE ON SCHEMA pgautofailover TO autoctl_node;

-- A group is locked by an advisory lock (lock_group), and in this database nobody else may take one: whoever
-- can connect could hold up every decision.
REVOKE EXECUTE ON FUNCTION
    pg_advisory_lock(bigint), pg_advisory_lock(int, int), pg_advisory_lock_shared(bigint), pg_advisory_lock_shared(int, int),
    pg_try_advisory_lock(bigint), pg_try_advisory_lock(int, int),
    pg_try_advisory_lock_shared(bigint), pg_try_advisory_lock_shared(int, int),
    pg_advisory_xact_lock(bigint), pg_advisory_xact_lock(int, int),
    pg_advisory_xact_lock_shared(bigint), pg_advisory_xact_lock_shared(int, int),
    pg_try_advisory_xact_lock(bigint), pg_try_advisory_xact_lock(int, int),
    pg_try_advisory_xact_lock_shared(bigint), pg_try_advisory_xact_lock_shared(int, int)
FROM PUBLIC;

-- Everybody with access may look.
GRANT SELECT ON
    pgautofailover.formation, pgautofailover.node, pgautofailover.registered_node, pgautofailover.node_report,
    pgautofailover.node_group, pgautofailover.node_state, pgautofailover.synchronous_set, pgautofailover.event,
    pgautofailover.rule, pgautofailover.fact, pgautofailover.rule_graph
TO autoctl_node;

-- The SQL API.
GRANT EXECUTE ON FUNCTION
    pgautofailover.create_formation(text, text, name, bool, int),
    pgautofailover.drop_formation(text),
    pgautofailover.enable_secondary(text),
    pgautofailover.disable_secondary(text),
    pgautofailover.formation_settings(text),
    pgautofailover.get_coordinator(text),
    pgautofailover.register_node(text, text, int, name, text, bigint, bigint, int, pgautofailover.replication_state, text, int, bool, text),
    pgautofailover.node_active(text, bigint, int, pgautofailover.replication_state, bool, int, pg_lsn, text, text, int, text, bigint, bigint[], int),
    pgautofailover.get_nodes(text, int),
    pgautofailover.get_other_nodes(bigint),
    pgautofailover.get_other_nodes(bigint, pgautofailover.replication_state),
    pgautofailover.get_primary(text, int),
    pgautofailover.get_most_advanced_standby(text, int, bigint),
    pgautofailover.group_snapshot(text, int),
    pgautofailover.restore_group(text, bigint, pgautofailover.replication_state, text),
    pgautofailover.remove_node(bigint, bool),
    pgautofailover.remove_node(text, int, bool),
    pgautofailover.perform_failover(text, int),
    pgautofailover.hand_over(bigint),
    pgautofailover.perform_promotion(text, text),
    pgautofailover.start_maintenance(bigint, bool),
    pgautofailover.stop_maintenance(bigint),
    pgautofailover.update_node_metadata(bigint, text, text, int),
    pgautofailover.set_node_system_identifier(bigint, bigint),
    pgautofailover.set_group_system_identifier(bigint, bigint),
    pgautofailover.synchronous_standby_names(text, int),
    pgautofailover.current_state(text),
    pgautofailover.current_state(text, int),
    pgautofailover.last_events(int),
    pgautofailover.last_events(text, int),
    pgautofailover.last_events(text, int, int),
    pgautofailover.formation_uri(text, text, text, text, text),
    pgautofailover.why(text, int),
    pgautofailover.what_if(text, int, text, text),
    pgautofailover.failover_outlook(text, int),
    pgautofailover.election_wait(text, int),
    pgautofailover.what_may_be_lost(text, int),
    pgautofailover.force_failover(text, int, text),
    pgautofailover.set_node_candidate_priority(text, text, int),
    pgautofailover.set_node_replication_quorum(text, text, bool),
    pgautofailover.set_formation_number_sync_standbys(text, int)
TO autoctl_node;

-- What readers call on their own behalf.
GRANT EXECUTE ON FUNCTION
    pgautofailover.latest_synchronous_set(text, int),
    pgautofailover.standby_names_text(bigint[], int)
TO autoctl_node;
