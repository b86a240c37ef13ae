internal import Failover
internal import Logging
internal import PostgresClient

extension LocalServer {
  /// How a rewind ended, where it ended.
  enum RewindOutcome {
    /// The directory is the primary's history, and a standby's; it may be started.
    case done
    /// Trying again would not help.
    case impossible(String)
  }

  /// Makes the local data the beginning of the primary's history again.
  ///
  /// While `pg_rewind` works, and until the directory is a standby's again, a marker beside it keeps
  /// everybody from starting a server on it.
  func rewind(
    to upstream: Upstream, of primary: GroupMember, slot: String, progress: (String) -> Void
  ) async throws(ServerError) -> RewindOutcome {
    if let reason = try await obstacleToRewind() { return .impossible(reason) }
    try await waitForNotedTimeline(of: upstream)
    try await process.clearOrphans()
    try await process.clearTools()
    try process.requireNobody()
    try process.removeStaleFiles(socket: settings.socketPath)
    try rejoining.begin()
    let answer = try await runRewind(onto: primary, progress: progress)
    guard answer.succeeded else { return try outcome(ofFailed: answer.output) }
    try rejoining.restoreConfiguration(into: directory)
    try writeStandbyFiles(in: directory, following: primary, slot: slot)
    if settings.encryption == .selfSigned { try await certificate(in: directory).ensure() }
    try rejoining.end()
    forgetTimeline()
    return .done
  }

  /// Stops the server in order, which a rewind demands; says why a rewind is out of the question.
  private func obstacleToRewind() async throws(ServerError) -> String? {
    let control = try await controlData()
    guard control.allowsRewind else {
      return "the cluster has neither checksums nor wal_log_hints"
    }
    if rejoining.exists {
      return control.isCleanlyStopped ? nil : "an earlier rewind was cut short at its end"
    }
    try await stop()
    if try await controlData().isCleanlyStopped { return nil }
    // Recovery brings it to an end in order; as a standby it writes nothing of its own.
    try await start(as: .detachedStandby)
    try await stop()
    if try await controlData().isCleanlyStopped { return nil }
    throw ServerError(
      code: .programFailed, message: "The server could not be stopped in order before its rewind.",
      hint: "It is tried again.")
  }

  /// A rewind compares control files, and a new primary writes its timeline there with its first
  /// checkpoint.
  private func waitForNotedTimeline(of upstream: Upstream) async throws(ServerError) {
    let isNoted = try await waiting(
      atMost: limits.primaryCheckpoint, every: .milliseconds(250),
      for: { () async throws(ServerError) -> Bool? in
        try await upstream.hasNotedTimeline() ? true : nil
      })
    guard isNoted == true else {
      throw ServerError(
        code: .timedOut, message: "The primary has made no checkpoint on its new timeline yet.",
        hint: "Run CHECKPOINT on the primary.")
    }
  }

  private func runRewind(
    onto primary: GroupMember, progress: (String) -> Void
  ) async throws(ServerError) -> ProgramResult {
    var source = settings.connection(to: primary, slot: "pg_autoctl_rewind")
    source["dbname"] = "postgres"
    let limits = limits
    return try await runner.run(
      "pg_rewind",
      [
        "--target-pgdata", directory, "--source-server", source.keywordValue,
        "--no-ensure-shutdown", "--progress",
      ], environment: settings.passwordEnvironment, silence: { _ in limits.rewindStall },
      line: progress)
  }

  /// What follows from a rewind that failed: another try later, or another way.
  private func outcome(ofFailed output: String) throws(ServerError) -> RewindOutcome {
    let error = ServerError.program("pg_rewind", said: output)
    // Before this line it only reads.
    if !output.contains("need to copy") { try rejoining.end() }
    if output.contains("from different systems") {
      throw ServerError(code: .wrongSystemIdentifier, message: error.message)
    }
    if error.code != .programFailed { throw error }
    if Self.tellsOfLostConnection(output) {
      throw ServerError(code: .primaryUnreachable, message: error.message)
    }
    if output.contains("permission denied") {
      throw ServerError(
        code: .programFailed, message: error.message,
        hint: "Grant the replication role what pg_rewind needs on the primary.")
    }
    let final = [
      "could not find common ancestor", "could not find previous WAL record",
      "No such file or directory", "could not read WAL record", "is not a valid end point",
      "needs to use either data checksums", "must be shut down cleanly",
    ]
    if final.contains(where: output.contains) { return .impossible(error.message) }
    guard rejoining.exists else { throw error }
    try rejoining.countFailure()
    if try rejoining.failures() >= 3 { return .impossible(error.message) }
    throw error
  }
}
