public import Failover
internal import Logging
internal import PostgresClient

extension LocalServer {
  public func maintainSlots(
    for members: [GroupMember], isPrimary: Bool
  ) async throws(ServerError) {
    try await withConnection { connection throws(ServerError) in
      try await createSlots(for: members, connection)
      try await dropSlots(except: members, connection)
      if isPrimary { return }
      try await advanceSlots(of: members, connection)
      try await dropEarlierLogicalSlots(connection)
    }
  }

  private func createSlots(
    for members: [GroupMember], _ connection: LocalConnection
  ) async throws(ServerError) {
    let rows = try await connection.run(
      "SELECT slot_name FROM pg_replication_slots", atMost: limits.statement)
    let known = Set(rows.compactMap { $0[0] })
    for member in members where !known.contains(member.slotName) && member.id != settings.nodeID {
      do {
        try await connection.connection.query(
          "SELECT pg_create_physical_replication_slot($1, true)", [member.slotName],
          timeout: limits.statement)
      } catch {
        if error.sqlState == SQLState.duplicateObject { continue }
        throw ServerError(local: error)
      }
    }
  }

  /// Drops the slots of nodes that are gone. One that is still in use goes when its user has gone.
  private func dropSlots(
    except members: [GroupMember], _ connection: LocalConnection
  ) async throws(ServerError) {
    let rows = try await connection.run(
      """
      SELECT slot_name FROM pg_replication_slots
      WHERE slot_type = 'physical' AND NOT active
        AND slot_name ~ '^pgautofailover_standby_[0-9]+$'
      """, atMost: limits.statement)
    let wanted = Set(members.filter { $0.id != settings.nodeID }.map(\.slotName))
    for name in rows.compactMap({ $0[0] }) where !wanted.contains(name) {
      do {
        try await connection.connection.query(
          "SELECT pg_drop_replication_slot($1)", [name], timeout: limits.statement)
        log.info("Dropped the replication slot \(name): its node is gone.")
      } catch {
        // Dropped or taken into use a moment ago: the next look tells.
        guard let state = error.sqlState,
          [SQLState.undefinedObject, SQLState.objectInUse].contains(state)
        else { throw ServerError(local: error) }
      }
    }
  }

  /// Drops the logical slots that this server had as a primary and that the new one has now: as long as
  /// one of the same name is there, it cannot be kept up to date from the primary. (PostgreSQL 17 and later.)
  private func dropEarlierLogicalSlots(_ connection: LocalConnection) async throws(ServerError) {
    let rows = try await connection.run(
      """
      SELECT slot_name, pg_drop_replication_slot(slot_name) FROM pg_replication_slots s
      WHERE slot_type = 'logical' AND NOT active AND pg_is_in_recovery()
        AND (to_jsonb(s) ->> 'failover')::bool AND NOT (to_jsonb(s) ->> 'synced')::bool
        AND EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming')
      """, atMost: limits.statement)
    for name in rows.compactMap({ $0[0] }) {
      log.info("Dropped the logical slot \(name) of the time before: the primary has it now.")
    }
  }

  /// Moves the slots of a standby on to what their members have reached, so that it keeps the WAL they
  /// may need from it, and no more. The server itself never moves one past its own replay.
  private func advanceSlots(
    of members: [GroupMember], _ connection: LocalConnection
  ) async throws(ServerError) {
    for member in members where member.position != .unknown && member.id != settings.nodeID {
      do {
        try await connection.connection.query(
          """
          SELECT pg_replication_slot_advance(slot_name, $2::pg_lsn) FROM pg_replication_slots
          WHERE slot_name = $1 AND NOT active AND restart_lsn < $2::pg_lsn
            AND restart_lsn < pg_last_wal_replay_lsn()
          """, [member.slotName, member.position.description], timeout: limits.statement)
      } catch {
        guard error.sqlState == SQLState.objectInUse else { throw ServerError(local: error) }
      }
    }
  }
}
