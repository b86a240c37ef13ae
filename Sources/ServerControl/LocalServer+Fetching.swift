public import Failover
internal import PostgresClient

extension LocalServer {
  public func fetch(from source: GroupMember, slot: String) async throws(ServerError) {
    let goal = try await withUpstream(source, isPrimary: false) { upstream throws(ServerError) in
      try await requireSameCluster(as: upstream)
      try await upstream.ensureSlot(slot)
      return upstream.flushed
    }
    try await follow(source, slot: slot)
    let hasAll = try await waitingWhileMoving(
      stall: limits.streaming, every: .milliseconds(50),
      movement: { () async throws(ServerError) -> LogPosition in try await receivedPosition() },
      for: { () async throws(ServerError) -> Bool? in
        try await receivedPosition() >= goal ? true : nil
      })
    guard hasAll == true else {
      throw ServerError(
        code: .timedOut,
        message: "\(source.name) at \(source.host):\(source.port) has WAL up to \(goal), and this"
          + " server does not come to receive it.",
        hint: "See the logs of both servers; the node may need to be copied anew.")
    }
  }

  /// How far this standby's log reaches.
  private func receivedPosition() async throws(ServerError) -> LogPosition {
    let text = try await withConnection { connection throws(ServerError) in
      try await connection.value(
        "SELECT greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())::text",
        atMost: limits.statement)
    }
    return LogPosition(text) ?? .unknown
  }
}
