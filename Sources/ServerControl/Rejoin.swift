public import Failover
internal import Logging
internal import PostgresClient

extension LocalServer {
  /// A way back to the primary, and why it is not a cheaper one.
  fileprivate enum Way {
    case start
    case rewind(String)
    case copy(String)
  }

  public func rejoin(
    _ primary: GroupMember, slot: String, progress: @Sendable (String) -> Void
  ) async throws(ServerError) -> Rejoin {
    try await endWriting()
    try await requireRoom()
    try await recoverSwap()
    return try await withUpstream(primary) { upstream throws(ServerError) in
      try await requireSameCluster(as: upstream)
      try await upstream.ensureSlot(slot)
      var way = try await wayBack(to: upstream, of: primary, slot: slot)
      if case .start = way {
        if try await followAgain(primary, slot: slot) { return .plainStart }
        way = try await wayAfterVainStart(primary)
      }
      if case .rewind(let reason) = way {
        log.notice("Rewinding \(directory): \(reason).")
        progress("rewinding: \(reason)")
        switch try await rewind(to: upstream, of: primary, slot: slot, progress: progress) {
        case .done:
          if try await followAgain(primary, slot: slot) { return .rewind }
          way = try await wayAfterVainStart(primary)
        case .impossible(let reason): way = .copy(reason)
        }
      }
      guard case .copy(let reason) = way else {
        throw ServerError(
          code: .timedOut, message: "The server was rewound and still cannot follow the primary.",
          hint: "See its log.")
      }
      log.notice("Copying the primary into a new directory: \(reason).")
      progress("copying: \(reason)")
      try await copy(upstream, of: primary, slot: slot, progress: progress)
      try await start(as: .standby)
      return .baseBackup
    }
  }

  /// From now on this server takes no writes, whatever else fails.
  private func endWriting() async throws(ServerError) {
    guard process.isAlive else { return }
    if data.isStandby, try await !waitsInVain(), (try? await waitForAnswer()) == true { return }
    try await stop()
  }

  /// Which way leads back, seen from the local files and the primary's history.
  private func wayBack(
    to upstream: Upstream, of primary: GroupMember, slot: String
  ) async throws(ServerError) -> Way {
    if rejoining.exists { return .rewind("an earlier rewind was cut short") }
    guard try data.content() == .cluster else { return .copy("there is no data yet") }
    if try await isFollowing(primary, upstream, slot: slot) { return .start }
    if try await canGoOn(to: upstream) { return .start }
    if try await waitsInVain() { return try await wayWithoutOwnLog(upstream) }
    let end: LogEnd
    do throws(ServerError) {
      end = try await endOfLog()
    } catch {
      if Self.tellsOfBrokenData(error.message) { return .copy(error.message) }
      guard try await lacksItsBeginning() else { throw error }
      try await stop()
      return try await withUpstream(primary) { upstream throws(ServerError) in
        try await wayWithoutOwnLog(upstream)
      }
    }
    // Asked after our own end was known, so that the answer cannot lag behind it.
    return try await withUpstream(primary) { upstream throws(ServerError) in
      let history = try await upstream.history()
      let isBeginning = history.beginsWithLog(
        ofTimeline: end.timeline, endingAt: end.position, isInside: end.isInside,
        flushed: upstream.flushed)
      return isBeginning ? .start : .rewind(Self.reason(for: end, history))
    }
  }

  private static func reason(for end: LogEnd, _ history: TimelineHistory) -> String {
    "the log ends at \(end.position) on timeline \(end.timeline), which is not part of"
      + " timeline \(history.timeline)"
  }

  /// Lets the server follow the primary, and says whether it really streams. As long as it replays what
  /// it has, it need not.
  private func followAgain(
    _ primary: GroupMember, slot: String
  ) async throws(ServerError) -> Bool {
    try await follow(primary, slot: slot)
    try await start(as: .standby)
    return try await withUpstream(primary) { upstream throws(ServerError) in
      var last: String?
      return try await waitingWhileMoving(
        stall: limits.streaming, every: .milliseconds(100),
        movement: { () async throws(ServerError) -> LogPosition in
          try await replayedPosition()
        },
        for: { () async throws(ServerError) -> Bool? in
          // The same sender twice: it did not fail at once.
          let sender = try await upstream.sender(to: slot)
          defer { last = sender }
          return sender != nil && sender == last ? true : nil
        }) ?? false
    }
  }

  /// What remains when a start that should have done does not stream.
  private func wayAfterVainStart(_ primary: GroupMember) async throws(ServerError) -> Way {
    let end = try await replayedEnd()
    let size = try await controlData().segmentSize
    return try await withUpstream(primary) { upstream throws(ServerError) in
      let history = try await upstream.history()
      if !history.beginsWithLog(
        ofTimeline: end.timeline, endingAt: end.position, isInside: false,
        flushed: LogPosition(bytes: .max))
      {
        return .rewind(Self.reason(for: end, history))
      }
      if try await !upstream.hasLog(
        from: end.position, timeline: end.timeline, segmentSize: size)
      {
        return .copy("the primary no longer has the WAL that follows \(end.position)")
      }
      throw ServerError(
        code: .timedOut,
        message: "The standby does not stream from \(upstream.address) although it could.",
        hint: "See its log; it goes on trying by itself.")
    }
  }

  /// Is a standby that runs already one of this primary?
  private func isFollowing(
    _ primary: GroupMember, _ upstream: Upstream, slot: String
  ) async throws(ServerError) -> Bool {
    guard process.isAlive else { return false }
    let connection = settings.secretConnection(to: primary, slot: slot).keywordValue
    guard try RoleFile.read(in: directory).primaryConnection == connection else { return false }
    return try await upstream.sender(to: slot) != nil
  }

  /// Is the log of a standby that runs and receives from nobody the beginning of the primary's? Then
  /// it need not learn to stop receiving first. Should it receive more meanwhile, from a former primary,
  /// it will not stream from this one, which is noticed.
  private func canGoOn(to upstream: Upstream) async throws(ServerError) -> Bool {
    guard process.isAlive, data.isStandby, let end = try await endWhileNobodySends(),
      end.position != .unknown
    else { return false }
    // Only where it left an earlier timeline: how far the primary has come on its own was asked before.
    return try await upstream.history().beginsWithLog(
      ofTimeline: end.timeline, endingAt: end.position, isInside: end.isInside,
      flushed: LogPosition(bytes: 0))
  }

  /// Words of a server whose own files are beyond recovery.
  private static func tellsOfBrokenData(_ message: String) -> Bool {
    ["checkpoint record", "redo location", "WAL ends before", "invalid checkpoint"]
      .contains { message.contains($0) }
  }
}

// MARK: - A standby whose own log is gone

extension LocalServer {
  /// Is this a standby that does not answer, and whose recovery begins with WAL that only the primary could send?
  private func waitsInVain() async throws(ServerError) -> Bool {
    guard data.isStandby else { return false }
    if process.isAlive, try await recoveryState() != nil { return false }
    guard try await lacksItsBeginning() else { return false }
    return try await !restoresLog()
  }

  /// Is the file of the log gone with which recovery begins?
  private func lacksItsBeginning() async throws(ServerError) -> Bool {
    guard let file = try await controlData().redoFile else { return false }
    return !DurableFiles.exists("\(directory)/pg_wal/\(file)")
  }

  /// What its control file tells must do to compare it with the primary, and the primary must send the rest.
  private func wayWithoutOwnLog(_ upstream: Upstream) async throws(ServerError) -> Way {
    let control = try await controlData()
    let isBeginning = try await upstream.history().beginsWithLog(
      ofTimeline: control.timeline, endingAt: control.position, isInside: false,
      flushed: upstream.flushed)
    guard isBeginning else { return .copy("the WAL is gone with which recovery begins") }
    let isSent = try await upstream.hasLog(
      from: control.redo, timeline: control.checkpointTimeline, segmentSize: control.segmentSize)
    return isSent
      ? .start
      : .copy("neither this server nor the primary has the WAL that begins at \(control.redo)")
  }

  /// Does its configuration name an archive, which may have what it lacks?
  private func restoresLog() async throws(ServerError) -> Bool {
    let answer = try await configured("restore_command")
    return !(answer.succeeded && answer.output.isEmpty)
  }
}
