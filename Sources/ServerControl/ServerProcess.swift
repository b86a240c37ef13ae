internal import Glibc

/// The processes of the server in a directory: is there one, how it is stopped, when it has ended.
struct ServerProcess: Sendable {
  var directory: String
  var limits: ServerLimits

  /// The living server; `nil` when there is none.
  var postmaster: Postmaster? { Postmaster.living(in: directory) }

  var isAlive: Bool { postmaster != nil }

  /// Ends when the server has gone, known from the operating system at once; at once when none lives.
  func waitForExit() async {
    guard let postmaster = postmaster, let handle = ProcessHandle(postmaster.id),
      postmaster.isServer(of: directory)
    else { return }
    await handle.waitForEnd()
  }

  /// Stops the server: fast, then immediate, then by force, and waits until every process of it has
  /// gone, so that it can be started again and nothing still writes.
  func stop() async throws(ServerError) {
    if let postmaster = postmaster, let handle = ProcessHandle(postmaster.id),
      postmaster.isServer(of: directory)
    {
      // A process stopped by a signal acts on none but SIGKILL.
      var hasEnded = false
      if !postmaster.isStopped {
        handle.send(SIGINT)
        hasEnded = await handle.waitForEnd(atMost: limits.fastStop)
        if !hasEnded, !Task.isCancelled {
          handle.send(SIGQUIT)
          hasEnded = await handle.waitForEnd(atMost: limits.immediateStop)
        }
      }
      if Task.isCancelled, !hasEnded { throw .cutShort }
      if !hasEnded {
        handle.send(SIGKILL)
        guard await handle.waitForEnd(atMost: limits.killedStop) else {
          throw ServerError(
            code: .timedOut, message: "The server process \(postmaster.id) does not end.",
            hint: "See whether its disk still answers.")
        }
      }
    }
    try await clearOrphans()
  }

  /// Ends what outlived its server. Children end by themselves once their server has gone; those that
  /// cannot, because they were stopped or hang, are killed.
  func clearOrphans() async throws(ServerError) {
    let patience = ContinuousClock.now + .seconds(2)
    let gone = try await waiting(
      atMost: .seconds(2) + limits.killedStop,
      for: { () async throws(ServerError) -> Bool? in
        if isAlive { return true }
        let orphans = ProcessTable.servers(in: directory)
        if orphans.allSatisfy(\.isStopped) || ContinuousClock.now > patience {
          for orphan in orphans { ProcessHandle(orphan.id)?.send(SIGKILL) }
        }
        return orphans.isEmpty ? true : nil
      })
    guard gone == true else {
      throw ServerError(
        code: .timedOut, message: "Processes of a server that ended still live in \(directory).",
        hint: "See whether its disk still answers.")
    }
  }

  /// Ends programs that an earlier keeper began on this directory and that outlived it.
  func clearTools() async throws(ServerError) {
    let place = directory
    let gone = try await waiting(
      atMost: limits.killedStop,
      for: { () async throws(ServerError) -> Bool? in
        let tools = ProcessTable.tools(on: place)
        for tool in tools { ProcessHandle(tool.id)?.send(SIGKILL) }
        return tools.isEmpty ? true : nil
      })
    guard gone == true else {
      throw ServerError(
        code: .timedOut, message: "A program still works on \(directory) and does not end.",
        hint: "See whether its disk still answers.")
    }
  }

  /// Makes sure that nothing lives in the directory, for those who are about to rewrite it.
  func requireNobody() throws(ServerError) {
    let living = ProcessTable.servers(in: directory) + ProcessTable.tools(on: directory)
    guard living.isEmpty else {
      throw ServerError(
        code: .programFailed,
        message: "Process \(living[0].id) still works on \(directory); it is left alone.",
        hint: "It is tried again; end that process if it does not end by itself.")
    }
  }

  /// Removes the lock files of a server of this directory that has gone. A new one would keep away
  /// from any number that still exists: another program's, also since another boot, or that of a
  /// process that has ended and that nobody has collected yet.
  func removeStaleFiles(socket: String) throws(ServerError) {
    guard !isAlive, ProcessTable.servers(in: directory).isEmpty else { return }
    let file = Postmaster.file(in: directory)
    let last = try DurableFiles.text(file).flatMap(Postmaster.init)
    try DurableFiles.remove(file)
    var locks: Set = [socket + ".lock"]
    if let last, !last.socketDirectory.isEmpty {
      locks.insert("\(last.socketDirectory)/.s.PGSQL.\(last.port).lock")
    }
    for lock in locks {
      let lines = try DurableFiles.text(lock)?.split(separator: "\n") ?? []
      guard lines.count > 1, lines[1] == directory else { continue }
      try DurableFiles.remove(lock)
    }
  }
}
