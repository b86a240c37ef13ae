public import Failover
internal import Logging
internal import PostgresClient

extension LocalServer {
  public func promote() async throws(ServerError) {
    try await withConnection { connection throws(ServerError) in
      let stall = limits.replayStall
      var isAsked = false
      let isDone = try await waitingWhileMoving(
        stall: stall, every: .milliseconds(10),
        movement: { () async throws(ServerError) -> String in
          try await connection.value(Self.replayed, atMost: limits.statement)
        },
        for: { () async throws(ServerError) -> Bool? in
          let isInRecovery = try await connection.value(
            "SELECT pg_is_in_recovery()", atMost: limits.statement)
          if isInRecovery == "f" { return true }
          if !isAsked {
            try await connection.run("SELECT pg_promote(false)", atMost: limits.statement)
            isAsked = true
          }
          return nil
        })
      guard isDone == true else {
        throw ServerError(
          code: .timedOut,
          message: "The server was told to leave recovery and made no progress for"
            + " \(stall.spelled).",
          hint: "See its log; replay may have been paused, or wait for a long query.")
      }
    }
    var file = try RoleFile.read(in: directory)
    file.primaryConnection = ""
    file.slot = ""
    try file.write(in: directory)
    checkpointInBackground()
  }

  /// A rewind of others looks for the new timeline in the control file, where a checkpoint writes it.
  /// The promotion need not wait for that.
  private func checkpointInBackground() {
    let server = self
    Task.detached {
      do throws(ServerError) {
        try await server.withConnection { connection throws(ServerError) in
          try await connection.run("CHECKPOINT", atMost: server.limits.checkpoint)
        }
      } catch {
        server.log.warning("The checkpoint after the promotion failed: \(error)")
      }
    }
  }

  public func detach() async throws(ServerError) {
    guard process.isAlive else {
      // Durable is what counts: it will receive from nobody when it is started.
      return try stopReceivingOnDisk()
    }
    try await receiveFromNobody()
    // A new connection: the postmaster took it after it had told the startup process to read the file.
    try await withConnection(isNew: true) { connection throws(ServerError) in
      // Replay that somebody paused would keep the receiver, and this node from taking over.
      try await connection.run(Self.resumeReplay, atMost: limits.statement)
      try await waitForReceiver(toBeGone: connection)
      try await waitForReplay(connection)
      try await waitForReceiver(toBeGone: connection, forGood: true)
    }
  }

  /// Writes that we receive from nobody, and lets a running server read it.
  func receiveFromNobody() async throws(ServerError) {
    try stopReceivingOnDisk()
    try await reload(until: ["primary_conninfo": ""])
  }

  private func stopReceivingOnDisk() throws(ServerError) {
    var file = try RoleFile.read(in: directory)
    file.primaryConnection = ""
    try file.write(in: directory)
  }

  /// Waits until there is no receiver; for good means that none can have been begun by a startup process that had not read
  /// the file yet. One that rests between two attempts reads it before it begins anything; any other has surely
  /// done so after a while.
  private func waitForReceiver(
    toBeGone connection: LocalConnection, forGood: Bool = false
  ) async throws(ServerError) {
    var looksWithoutReceiver = 0
    let isGone = try await waiting(
      atMost: limits.reload, every: .milliseconds(5),
      for: { () async throws(ServerError) -> Bool? in
        let row = try await connection.run(Self.receiving, atMost: limits.statement).first
        looksWithoutReceiver = row?["has_receiver"] == "f" ? looksWithoutReceiver + 1 : 0
        guard looksWithoutReceiver > 0 else { return nil }
        return !forGood || row?["rests"] == "t" || looksWithoutReceiver > 20 ? true : nil
      })
    guard isGone == true else {
      throw ServerError(
        code: .timedOut, message: "The server still receives WAL although it was told to stop.",
        hint: "See its log, and whether postgresql.auto.conf overrules primary_conninfo.")
    }
  }

  /// Waits until everything that was received has been replayed: either replay has reached it, or the
  /// startup process waits for more, since what was received may end within a record.
  func waitForReplay(_ connection: LocalConnection) async throws(ServerError) {
    let limit = limits.statement
    var idle: String?
    let isDone = try await waitingWhileMoving(
      stall: limits.replayStall,
      movement: { () async throws(ServerError) -> String in
        try await connection.value(Self.replayed, atMost: limit)
      },
      for: { () async throws(ServerError) -> Bool? in
        guard let row = try await connection.run(Self.replayState, atMost: limit).first else {
          return nil
        }
        if row["in_recovery"] == "f" || row["is_reached"] == "t" { return true }
        // Twice idle at the same position: nothing came in between.
        let position = row["is_idle"] == "t" ? row["replayed"] ?? "" : nil
        defer { idle = position }
        return position != nil && position == idle ? true : nil
      })
    guard isDone == true else {
      throw ServerError(
        code: .timedOut,
        message: "Replay has made no progress for \(limits.replayStall.spelled).",
        hint: "See whether it was paused with pg_wal_replay_pause, or waits for a long query.")
    }
  }

  private static let resumeReplay = """
    SELECT CASE WHEN pg_is_in_recovery() THEN
        CASE WHEN pg_is_wal_replay_paused() THEN pg_wal_replay_resume()::text END END
    """

  /// (A receiver that is on its way is not seen: so the startup process is looked at together with it.)
  private static let receiving = """
    SELECT coalesce(bool_or(backend_type = 'walreceiver'), false) AS has_receiver,
        NOT pg_is_in_recovery()
          OR coalesce(bool_or(backend_type = 'startup' AND wait_event = 'RecoveryRetrieveRetryInterval'), false) AS rests
      FROM pg_stat_activity
    """

  private static let replayed = "SELECT pg_last_wal_replay_lsn()::text"

  private static let replayState = """
    SELECT pg_is_in_recovery() AS in_recovery, pg_last_wal_replay_lsn()::text AS replayed,
        coalesce(pg_last_wal_replay_lsn() >= pg_last_wal_receive_lsn(), false) AS is_reached,
        EXISTS (SELECT 1 FROM pg_stat_activity
          WHERE backend_type = 'startup' AND wait_event IN
            ('RecoveryWalStream', 'RecoveryRetrieveRetryInterval', 'RecoveryWalAll')) AS is_idle
    """

  public func follow(_ primary: GroupMember, slot: String) async throws(ServerError) {
    let connection = settings.secretConnection(to: primary, slot: slot).keywordValue
    var file = try RoleFile.read(in: directory)
    file.standbyNames = ""
    file.primaryConnection = connection
    file.slot = slot
    if process.isAlive {
      let isInRecovery = try await withConnection { connection throws(ServerError) in
        try await connection.value("SELECT pg_is_in_recovery()", atMost: limits.statement)
      }
      guard isInRecovery == "t" else {
        throw ServerError(
          code: .queryFailed, message: "The server takes writes and cannot follow another one.",
          hint: "It has to rejoin.")
      }
    }
    try data.becomeStandby()
    try file.write(in: directory)
    guard process.isAlive else { return }
    try await reload(until: ["primary_slot_name": slot, "primary_conninfo": connection])
  }
}
