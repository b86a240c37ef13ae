public import Failover
internal import Glibc
internal import Logging
internal import PostgresClient

extension LocalServer {
  public func clone(
    from primary: GroupMember, slot: String, progress: @Sendable (String) -> Void
  ) async throws(ServerError) {
    try await recoverSwap()
    switch try data.content() {
    case .foreign:
      throw ServerError(
        code: .directoryNotEmpty,
        message: "The directory \(directory) is not empty and holds no cluster.",
        hint: "Choose another data directory, or move away what is in it.")
    case .cluster where !data.isFreshCopy || process.isAlive:
      _ = try await rejoin(primary, slot: slot, progress: progress)
    case .cluster:
      // The copy was completed and then something was cut short.
      try await withUpstream(primary) { upstream throws(ServerError) in
        try await requireSameCluster(as: upstream)
        try await upstream.ensureSlot(slot)
      }
      try await follow(primary, slot: slot)
    case .nothing:
      try await withUpstream(primary) { upstream throws(ServerError) in
        try await upstream.ensureSlot(slot)
        try await copy(upstream, of: primary, slot: slot, progress: progress)
      }
    }
  }

  /// Finishes or undoes a replacement of the data directory that was cut short.
  func recoverSwap() async throws(ServerError) {
    if process.isAlive { return }
    try await process.clearOrphans()
    try await process.clearTools()
    let swap = swap
    try await offPool { () throws(ServerError) in try swap.recover() }
  }

  /// Copies the primary into a new directory, completes it, and puts it in the place of the old one.
  func copy(
    _ upstream: Upstream, of primary: GroupMember, slot: String,
    progress: (String) -> Void
  ) async throws(ServerError) {
    let swap = swap
    try await ServerProcess(directory: swap.clone, limits: limits).clearTools()
    try await offPool { () throws(ServerError) in try swap.begin() }
    do throws(ServerError) {
      if let command = settings.baseBackupCommand {
        try await takeBackup(with: command, of: primary, slot: slot, progress: progress)
      } else {
        try await takeBackup(upstream, of: primary, slot: slot, progress: progress)
      }
      let copied = try await controlData(of: swap.clone)
      guard copied.systemIdentifier == upstream.systemIdentifier else {
        throw ServerError(
          code: .wrongSystemIdentifier,
          message: "The copy from \(upstream.address) is of another cluster than the primary's.")
      }
      try await complete(swap.clone, following: primary, slot: slot)
    } catch {
      // What is incomplete is of no use, and may fill the disk.
      try? await offPool { () throws(ServerError) in try DurableFiles.removeTree(swap.clone) }
      throw error
    }
    try await stop()
    try await process.clearTools()
    try process.requireNobody()
    let marker = rejoining
    try await offPool { () throws(ServerError) in
      if try DataDirectory(path: swap.directory).content() == .nothing {
        try DurableFiles.removeEmptyDirectory(swap.directory)
      }
      try swap.finish()
      try marker.end()
    }
    forgetTimeline()
  }

  private func takeBackup(
    _ upstream: Upstream, of primary: GroupMember, slot: String, progress: (String) -> Void
  ) async throws(ServerError) {
    // Not under the slot's name: what a backup has received is not what a standby has.
    let source = settings.connection(to: primary, slot: "pg_autoctl_backup")
    var arguments = [
      "--dbname", source.keywordValue, "--pgdata", swap.clone, "--wal-method", "stream",
      "--checkpoint", "fast", "--no-password", "--progress", "--verbose",
      "--max-rate", settings.maximumBackupRate, "--slot", slot,
    ]
    for location in try await upstream.tablespaces() {
      let place = try Tablespaces.freePlace(for: location)
      if place == location { continue }
      let mapping = [location, place].map(Tablespaces.escaped).joined(separator: "=")
      arguments += ["--tablespace-mapping", mapping]
    }
    let limits = limits
    let answer = try await runner.run(
      "pg_basebackup", arguments, environment: settings.passwordEnvironment,
      silence: { line in
        if line.contains("waiting for checkpoint") { return limits.primaryCheckpoint }
        return line.contains("syncing data") ? limits.rewindStall : limits.backupStall
      }, line: progress)
    guard answer.succeeded else {
      var error = ServerError.program("pg_basebackup", said: answer.output)
      if error.code == .programFailed, Self.tellsOfLostConnection(answer.output) {
        error.code = .primaryUnreachable
      }
      throw error
    }
  }

  /// Lets the operator's command fill the new directory. It finds the directory and the primary where
  /// programs of PostgreSQL look for them, in the environment.
  private func takeBackup(
    with command: String, of primary: GroupMember, slot: String, progress: (String) -> Void
  ) async throws(ServerError) {
    let source = settings.connection(to: primary, slot: "pg_autoctl_backup")
    var environment = settings.passwordEnvironment
    environment["PGDATA"] = swap.clone
    environment["PATH"] =
      settings.binDirectory + ":" + (getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin")
    for (variable, keyword) in [
      "PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGSSLMODE": "sslmode",
      "PGSSLROOTCERT": "sslrootcert", "PGAPPNAME": "application_name",
    ] {
      environment[variable] = source[keyword]
    }
    log.notice("Making the base backup with: \(command)")
    let answer = try await ProgramRunner(directory: nil, prefix: settings.launchPrefix).run(
      "sh", ["-c", command], environment: environment,
      silence: { [limit = limits.backupStall] _ in limit }, line: progress)
    guard answer.succeeded else { throw .program("base_backup_command", said: answer.output) }
    guard try DataDirectory(path: swap.clone).content() == .cluster else {
      throw ServerError(
        code: .programFailed, message: "base_backup_command left no cluster in \(swap.clone).",
        hint: "It must fill the directory that the variable PGDATA names.")
    }
  }

  /// Makes a copied directory this node's own: its configuration, its role, its certificate.
  private func complete(
    _ place: String, following primary: GroupMember, slot: String
  ) async throws(ServerError) {
    let isOurs = try data.content() == .cluster
    if rejoining.exists {
      try rejoining.restoreConfiguration(into: place)
    } else if isOurs {
      for name in RejoinMarker.files {
        try DurableFiles.copy(directory + "/" + name, to: place + "/" + name)
      }
    } else if settings.encryption == .selfSigned {
      try certificate(in: place).discard()
    }
    try writeStandbyFiles(in: place, following: primary, slot: slot)
    if settings.encryption == .selfSigned { try await certificate(in: place).ensure() }
  }

  /// Makes a directory that nobody may start yet a standby's of this primary.
  func writeStandbyFiles(
    in place: String, following primary: GroupMember, slot: String
  ) throws(ServerError) {
    try DataDirectory(path: place).becomeStandby()
    let connection = settings.secretConnection(to: primary, slot: slot).keywordValue
    try RoleFile(primaryConnection: connection, slot: slot).write(in: place)
    try writeSettings(in: place)
    try cleanAutomaticConfiguration(in: place)
    // The primary's words would be taken for ours.
    try DurableFiles.remove(StartLog(directory: place).path)
  }

  /// Does a program's output tell that it lost, or never had, its connection?
  static func tellsOfLostConnection(_ output: String) -> Bool {
    [
      "connection to server", "could not connect", "server closed the connection",
      "could not receive data", "could not send data", "SSL connection has been closed",
      "could not read COPY data", "could not translate host name", "no route to host",
      "terminating connection", "the database system is",
    ].contains { output.contains($0) }
  }
}
