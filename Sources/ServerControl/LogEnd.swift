internal import Failover
internal import PostgresClient

/// Where the local log ends.
struct LogEnd: Sendable, Equatable {
  var timeline: Int
  var position: LogPosition
  /// Is the position the start of the last record rather than its end?
  var isInside: Bool
}

extension LocalServer {
  /// Finds where the local log ends. A primary that was stopped in order tells it by its last
  /// checkpoint; any other log has first to be replayed, by a standby that receives from nobody.
  func endOfLog() async throws(ServerError) -> LogEnd {
    if !process.isAlive {
      let control = try await controlData()
      if control.isShutDown, !data.isStandby {
        return LogEnd(
          timeline: control.checkpointTimeline, position: control.checkpoint, isInside: true)
      }
      try await start(as: .detachedStandby)
    }
    try await detach()
    return try await replayedEnd()
  }

  /// How far a running standby has replayed, and on which timeline.
  func replayedEnd() async throws(ServerError) -> LogEnd {
    LogEnd(
      timeline: try await identity().timeline, position: try await replayedPosition(),
      isInside: false)
  }

  /// Where the log of a running standby ends that receives from nobody now; `nil` when it receives, or
  /// takes writes.
  func endWhileNobodySends() async throws(ServerError) -> LogEnd? {
    let isAlone = try await withConnection { connection throws(ServerError) in
      try await connection.value(
        """
        SELECT pg_is_in_recovery() AND NOT EXISTS (
            SELECT 1 FROM pg_stat_activity WHERE backend_type = 'walreceiver')
        """, atMost: limits.statement)
    }
    guard isAlone == "t" else { return nil }
    let identity = try await identity()
    return LogEnd(timeline: identity.timeline, position: identity.flushed, isInside: false)
  }

  func replayedPosition() async throws(ServerError) -> LogPosition {
    let position = try await withConnection { connection throws(ServerError) in
      try await connection.value("SELECT pg_last_wal_replay_lsn()::text", atMost: limits.statement)
    }
    return LogPosition(position) ?? .unknown
  }

  /// The timeline of replay, and what was received or replayed on it, which only the replication
  /// protocol tells at any time.
  private func identity() async throws(ServerError) -> (timeline: Int, flushed: LogPosition) {
    guard let postmaster = process.postmaster else { throw .notRunning(directory) }
    var target = settings.localConnection(to: postmaster)
    target["replication"] = "database"
    do {
      let connection = try await Connection.open(target, timeout: limits.statement)
      let rows = try await connection.simpleQuery("IDENTIFY_SYSTEM", timeout: limits.statement)
      await connection.close()
      return (
        rows.first?["timeline"].flatMap { Int($0) } ?? 0,
        rows.first?["xlogpos"].flatMap { LogPosition($0) } ?? .unknown
      )
    } catch {
      throw ServerError(local: error)
    }
  }

  /// Performs something with a connection to the primary.
  func withUpstream<Answer: Sendable>(
    _ node: GroupMember, isPrimary: Bool = true,
    _ body: (Upstream) async throws(ServerError) -> Answer
  ) async throws(ServerError) -> Answer {
    let upstream = try await Upstream.reach(
      node, isPrimary: isPrimary, settings: settings, limit: limits.statement)
    do throws(ServerError) {
      let answer = try await body(upstream)
      await upstream.close()
      return answer
    } catch {
      await upstream.close()
      throw error
    }
  }

  /// Another cluster's data is never touched.
  func requireSameCluster(as upstream: Upstream) async throws(ServerError) {
    guard try data.content() == .cluster else { return }
    guard let own = try await controlData().systemIdentifier else { return }
    guard own == upstream.systemIdentifier else {
      throw ServerError(
        code: .wrongSystemIdentifier,
        message: "\(directory) is of the cluster \(own), and the server at \(upstream.address)"
          + " is of the cluster \(upstream.systemIdentifier).",
        hint: "Choose another data directory, or move this one away.")
    }
  }
}
