internal import Failover
internal import PostgresClient

/// A server to receive from, as one sees it over a replication connection that also takes statements:
/// a primary, or a standby that holds what others lack.
struct Upstream: Sendable {
  let connection: Connection
  let address: String
  let limit: Duration
  let systemIdentifier: UInt64
  let timeline: Int
  /// How far its log reached when it was asked.
  let flushed: LogPosition

  /// Connects; `primaryUnreachable` when that fails or what answers is no primary (yet).
  static func reach(
    _ primary: GroupMember, isPrimary: Bool, settings: ServerSettings, limit: Duration
  ) async throws(ServerError) -> Upstream {
    // Not under the slot's name: the primary must not take this session for the standby.
    var target = settings.secretConnection(to: primary, slot: "pg_autoctl")
    target["replication"] = "database"
    target["dbname"] = "postgres"
    let address = "\(primary.host):\(primary.port)"
    let connection: Connection
    do {
      connection = try await Connection.open(target, timeout: limit)
    } catch {
      throw ServerError(primary: error, at: address)
    }
    do {
      let isInRecovery = try await connection.simpleQuery(
        "SELECT pg_is_in_recovery() AS answer", timeout: limit)
      guard isInRecovery.first?["answer"] == (isPrimary ? "f" : "t") else {
        await connection.close()
        throw ServerError(
          code: .primaryUnreachable,
          message:
            "The server at \(address) is no \(isPrimary ? "primary yet" : "standby any more").",
          hint: "It is asked again.")
      }
      guard let row = try await connection.simpleQuery("IDENTIFY_SYSTEM", timeout: limit).first,
        let identifier = UInt64(try row.text("systemid")),
        let flushed = LogPosition(try row.text("xlogpos"))
      else {
        throw PostgresError(code: .unexpectedResult, message: "It does not say who it is.")
      }
      return Upstream(
        connection: connection, address: address, limit: limit, systemIdentifier: identifier,
        timeline: Int(try row.integer("timeline")), flushed: flushed)
    } catch let error as PostgresError {
      await connection.close()
      throw ServerError(primary: error, at: address)
    } catch let error as ServerError {
      throw error
    } catch {
      throw .cutShort
    }
  }

  func close() async { await connection.close() }

  /// The timelines that led to the primary's.
  func history() async throws(ServerError) -> TimelineHistory {
    // The first timeline has no history.
    if timeline <= 1 { return TimelineHistory(timeline: timeline, file: "") }
    let rows = try await ask("TIMELINE_HISTORY \(timeline)")
    return TimelineHistory(timeline: timeline, file: rows.first?["content"] ?? "")
  }

  /// Makes sure of our slot. One that has lost its WAL is of no more use, and made anew.
  func ensureSlot(_ slot: String) async throws(ServerError) {
    let name = LocalServer.literal(slot)
    let rows = try await ask(
      "SELECT wal_status FROM pg_replication_slots WHERE slot_name = \(name)")
    if let row = rows.first {
      guard row["wal_status"] == "lost" else { return }
      _ = try await ask("DROP_REPLICATION_SLOT \(slot)")
    }
    do {
      _ = try await connection.simpleQuery(
        "CREATE_REPLICATION_SLOT \(slot) PHYSICAL RESERVE_WAL", timeout: limit)
    } catch {
      if error.sqlState == SQLState.duplicateObject { return }
      throw ServerError(primary: error, at: address)
    }
  }

  /// Does the primary still have the WAL that follows a position, on that timeline or a later one?
  func hasLog(
    from position: LogPosition, timeline local: Int, segmentSize: UInt64
  ) async throws(ServerError) -> Bool {
    let segment = position.bytes / max(segmentSize, 1)
    let perFile = 0x1_0000_0000 / max(segmentSize, 1)
    for number in max(local, 1)...max(timeline, local, 1) {
      let name = [UInt64(number), segment / perFile, segment % perFile].map(Self.digits).joined()
      let rows = try await ask(
        "SELECT 1 FROM pg_stat_file('pg_wal/\(name)', true) AS f WHERE f.size IS NOT NULL")
      if !rows.isEmpty { return true }
    }
    return false
  }

  /// Has the primary noted its timeline in its control file, where a rewind looks for it?
  func hasNotedTimeline() async throws(ServerError) -> Bool {
    let rows = try await ask("SELECT timeline_id FROM pg_control_checkpoint()")
    return rows.first?[0] == String(timeline)
  }

  /// The process that sends to the standby with this slot, while it does. The replication role may not
  /// see how far that is.
  func sender(to slot: String) async throws(ServerError) -> String? {
    let rows = try await ask(
      "SELECT active_pid FROM pg_replication_slots"
        + " WHERE slot_name = \(LocalServer.literal(slot)) AND active")
    return rows.first?[0]
  }

  /// Where its tablespaces lie.
  func tablespaces() async throws(ServerError) -> [String] {
    let rows = try await ask(
      "SELECT pg_tablespace_location(oid) FROM pg_tablespace"
        + " WHERE pg_tablespace_location(oid) <> '' ORDER BY oid")
    return rows.compactMap { $0[0] }
  }

  private func ask(_ statement: String) async throws(ServerError) -> [Row] {
    do {
      return try await connection.simpleQuery(statement, timeout: limit)
    } catch {
      throw ServerError(primary: error, at: address)
    }
  }

  /// Eight hexadecimal digits.
  private static func digits(_ number: UInt64) -> String {
    let text = String(number, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 8 - text.count)) + text
  }
}
