public import Failover
internal import Synchronization

extension LocalServer {
  public func start(as role: ServerRole) async throws(ServerError) {
    switch role {
    case .unmanaged: return
    case .stopped: try await stop()
    case .primary, .standby, .detachedStandby:
      guard process.isAlive else { return try await startStopped(as: role) }
      do throws(ServerError) {
        try await bring(to: role)
      } catch {
        // It was about to end when we looked.
        if error == .cutShort || process.isAlive { throw error }
        try await startStopped(as: role)
      }
    }
  }

  /// A server that lives already: waits until it answers, then changes what does not fit the role.
  private func bring(to role: ServerRole) async throws(ServerError) {
    let isInRecovery = try await waitForAnswer()
    switch (role, isInRecovery) {
    case (.primary, true): try await promote()
    case (.primary, false): break
    case (.detachedStandby, true): try await receiveFromNobody()
    case (_, true): break
    case (_, false):
      // It must not take writes in this role.
      try await stop()
      try await startStopped(as: role)
    }
  }

  private func startStopped(as role: ServerRole) async throws(ServerError) {
    lastStart.withLock { $0.isUnderWay = true }
    defer { lastStart.withLock { $0.isUnderWay = false } }
    do throws(ServerError) {
      try await prepareDirectory()
      if role == .standby { try await requireRoom() }
      // A standby's directory becomes a primary's by promotion, never by a removed file.
      let needsPromotion = role == .primary && data.isStandby
      let keepsSlots = try await canKeepLogicalSlots()
      try prepareFiles(for: needsPromotion ? .detachedStandby : role, keepsSlots: keepsSlots)
      do throws(ServerError) {
        try await launch()
      } catch {
        guard data.isStandby, Self.tellsOfSmallLimits(error) else { throw error }
        try await raiseLimits()
        try await launch()
      }
      lastStart.withLock { $0.failure = nil }
      if needsPromotion { try await promote() }
    } catch {
      lastStart.withLock { $0.failure = error }
      throw error
    }
  }

  /// A standby that cannot write what it receives is none: it waits for room and says so, rather than
  /// fail within its recovery. Whether a primary can go on is for the server to find out.
  func requireRoom() async throws(ServerError) {
    let place = directory
    guard
      let full = await offPool(atMost: limits.observation, { FreeSpace.problem(of: place) }) ?? nil
    else { return }
    throw ServerError(
      code: .diskFull, message: "The server is not started: \(full).",
      hint: "Free some space there; it is tried again.")
  }

  /// Sees that the directory holds a whole cluster on which nobody works.
  func prepareDirectory() async throws(ServerError) {
    try await process.clearOrphans()
    try await process.clearTools()
    guard !process.isAlive else { return }
    let swap = swap
    try await offPool { () throws(ServerError) in try swap.recover() }
    guard try data.content() == .cluster else {
      throw ServerError(
        code: .fileSystem, message: "There is no cluster in \(directory).",
        hint: "Create one, or copy it from the primary.")
    }
    guard !rejoining.exists else {
      throw ServerError(
        code: .programFailed,
        message: "\(directory) is half rewound and must not be started.",
        hint: "It is rewound to its end, or copied anew, as soon as there is a primary;"
          + " if there will be none, drop this node and create it anew.")
    }
    try process.removeStaleFiles(socket: settings.socketPath)
  }

  /// Makes the files agree with the role, durably: first the one that keeps it in recovery.
  func prepareFiles(for role: ServerRole, keepsSlots: Bool = false) throws(ServerError) {
    var file = try RoleFile.read(in: directory)
    file.keepsLogicalSlots = keepsSlots
    switch role {
    case .standby:
      try data.becomeStandby()
      file.standbyNames = ""
    case .detachedStandby:
      try data.becomeStandby()
      file.standbyNames = ""
      file.primaryConnection = ""
    case .primary, .stopped, .unmanaged:
      file.primaryConnection = ""
      file.limits = [:]
    }
    try file.write(in: directory)
    try writeSettings(in: directory)
    try cleanAutomaticConfiguration(in: directory)
  }

  /// Is this a version that keeps logical slots up to date on standbys, and does its configuration write
  /// what that needs? One that cannot be read fails the start, which says why.
  private func canKeepLogicalSlots() async throws(ServerError) -> Bool {
    guard try data.majorVersion() >= 17 else { return false }
    let answer = try await configured("wal_level")
    return answer.succeeded && answer.output == "logical"
  }

  /// What the configuration says about a setting, whether the server runs or not.
  func configured(_ setting: String) async throws(ServerError) -> ProgramResult {
    try await runner.run("postgres", ["-D", directory, "-C", setting], limit: limits.program)
  }

  /// Starts the server and waits until it answers.
  private func launch() async throws(ServerError) {
    let log = StartLog(directory: directory)
    try log.begin()
    let answer = try await runner.run(
      "pg_ctl",
      [
        "start", "--silent", "--no-wait", "--pgdata", directory, "--log", log.path,
        // The monitor knows this port, whatever a copied configuration says.
        "--options", "-p \(settings.port)",
      ], limit: limits.program)
    guard answer.succeeded else { throw log.failure(otherwise: answer.output) }
    _ = try await waitForAnswer(log)
  }

  /// Waits until the server answers, for as long as recovery makes progress; says whether it is in
  /// recovery. Knows at once when the server has ended.
  @discardableResult
  func waitForAnswer(_ log: StartLog? = nil) async throws(ServerError) -> Bool {
    let place = directory
    var looksWithoutServer = 0
    let answer = try await waitingWhileMoving(
      stall: limits.startStall,
      movement: { () async throws(ServerError) -> String in StartProgress.figure(in: place) },
      for: { () async throws(ServerError) -> Bool? in
        if process.isAlive {
          looksWithoutServer = 0
          return try await recoveryState()
        }
        looksWithoutServer = ProcessTable.isStarting(in: place) ? 0 : looksWithoutServer + 1
        if looksWithoutServer < 4 { return nil }
        throw (log ?? StartLog(directory: place)).failure(otherwise: "")
      })
    guard let answer else {
      throw ServerError(
        code: .timedOut,
        message: "The server lives but does not come to answer: "
          + StartProgress.words(in: directory) + ".",
        hint: "It goes on by itself when what it waits for is there.")
    }
    return answer
  }

  /// Is the server in recovery? `nil` while it does not answer.
  func recoveryState() async throws(ServerError) -> Bool? {
    do throws(ServerError) {
      return try await withConnection { connection throws(ServerError) in
        try await connection.value(
          "SELECT pg_is_in_recovery()", atMost: limits.observation) == "t"
      }
    } catch {
      // It will not answer differently by itself: a role it does not let in, for example.
      if error == .cutShort || error.code == .queryFailed { throw error }
      return nil
    }
  }
}

/// How far a start has come, as one sees it from outside.
private enum StartProgress {
  /// A figure that changes as long as recovery moves. A startup process that waits for WAL nobody
  /// sends does not move, however often it looks.
  static func figure(in directory: String) -> String {
    guard let startup = startupProcess(in: directory) else {
      return Postmaster.living(in: directory)?.status ?? ""
    }
    let words = ProcessTable.arguments(of: startup.id).joined(separator: " ")
    return words.contains("waiting for") ? words : "\(words) \(ProcessTable.activity(of: startup))"
  }

  /// What it does, in the server's words.
  static func words(in directory: String) -> String {
    startupProcess(in: directory).map {
      ProcessTable.arguments(of: $0.id).joined(separator: " ")
    } ?? "it does not say what it waits for"
  }

  private static func startupProcess(in directory: String) -> ProcessTable.Entry? {
    ProcessTable.servers(in: directory).first { entry in
      ProcessTable.arguments(of: entry.id).first?.contains("startup") ?? false
    }
  }
}
