public import Failover
internal import Logging
internal import MonitorClient
internal import ServerControl
public import ServiceLifecycle

extension KeeperService: Service {
  /// Keeps the server until it is dropped, unknown to the monitor, or asked to stop; `ending` says
  /// which. A graceful shutdown hands a primary's role over and stops the server; a cancelled task
  /// leaves it running.
  public func run() async throws {
    await withGracefulShutdownHandler {
      _ = await keep()
    } onGracefulShutdown: {
      Task { await self.handOverAndStop() }
    }
  }

  /// Why the keeper has ended, once it has.
  public var ending: KeeperEnd? { end }

  /// Ends the keeper soon, whoever is primary: the action under way is cut short, and the server is stopped unless it
  /// shall go on running.
  public func requestStop(leaveServerRunning: Bool = false) {
    if end == nil { leavesServerRunning = leaveServerRunning }
    finish(.stopped)
  }

  /// Performs rounds until a state is reached and reported, and leaves the server running.
  public func run(
    until isDone: @escaping @Sendable (NodeState) -> Bool, limit: Duration
  ) async throws(KeeperError) -> NodeState {
    self.isDone = isDone
    defer { self.isDone = nil }
    let end = await keep(limit: limit)
    switch end {
    case .reached: return state.current
    case .timedOut:
      let why = troubles.gravest ?? troubles[.monitor] ?? "Nothing is known to be wrong."
      throw KeeperError(
        code: .notReached,
        message: """
          The node is \(state.current.rawValue) and did not reach \(goal.rawValue) within \
          \(limit.inSeconds). \(why)
          """,
        hint: "Go on with: pg_autoctl run")
    case .dropped, .stopped, .unknownToMonitor:
      throw KeeperError(
        code: .ended(end), message: "The keeper ended while the node was \(state.current.rawValue)."
      )
    }
  }

  /// Runs the loops until there is a reason to end.
  func keep(limit: Duration? = nil) async -> KeeperEnd {
    if end == .reached || end == .timedOut { end = nil }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.reportUntilTheEnd() }
      group.addTask { await self.watchUntilTheEnd() }
      group.addTask { await self.awaitExits() }
      group.addTask { await self.awaitEnd() }
      if let limit {
        group.addTask {
          await self.clock.sleep(limit)
          if !Task.isCancelled { await self.finish(.timedOut) }
        }
      }
      await group.next()
      group.cancelAll()
    }
    if end == nil {
      // The task was cancelled: the server outlives its keeper.
      leavesServerRunning = true
      finish(.stopped)
    }
    await cleanUp()
    return end ?? .stopped
  }

  /// There is a reason to end; the first one counts.
  func finish(_ reason: KeeperEnd) {
    if end == nil { end = reason }
    endReached.signal()
    wake.signal()
  }

  private func awaitEnd() async {
    while end == nil, !Task.isCancelled { await endReached.wait() }
  }

  private func reportUntilTheEnd() async {
    while end == nil, !Task.isCancelled {
      let startedAt = clock.now()
      await round()
      if end != nil { return }
      await rest(until: startedAt + settings.roundInterval)
    }
  }

  /// Waits for the next round: its time, or anything that happens before.
  private func rest(until moment: Duration) async {
    let limit = max(.zero, moment - clock.now())
    await firstOf(
      { await self.wake.wait() },
      { await self.clock.sleep(limit) },
      { await self.awaitChange(atMost: limit) })
  }

  /// Ends when the monitor announces a change, or is cancelled; a lost connection ends nothing.
  private func awaitChange(atMost limit: Duration) async {
    if isMonitorAnswering {
      let isChanged = try? await monitor.waitForChange(of: state.nodeID, atMost: limit)
      if isChanged == true {
        areMembersDue = true
        return
      }
    }
    await clock.sleep(limit)
  }

  private func watchUntilTheEnd() async {
    while end == nil, !Task.isCancelled {
      let limit = timeToNextWatch
      await firstOf(
        { await self.exitSeen.wait() },
        { await self.clock.sleep(limit) })
      if Task.isCancelled || end != nil { return }
      let age = lookedAt.map { clock.now() - $0 } ?? settings.roundInterval
      if isSeenStale || age >= settings.roundInterval {
        await watch()
      } else {
        await enforceStop()
      }
    }
  }

  /// Until the fence is looked at again: when it is due, or after the interval if that is earlier.
  var timeToNextWatch: Duration {
    guard let left = fencing.timeLeft(state.current, now: clock.now()), left >= .zero else {
      return settings.watchInterval
    }
    return min(settings.watchInterval, left + .milliseconds(1))
  }

  /// Learns of the server's end from the operating system.
  private func awaitExits() async {
    while end == nil, !Task.isCancelled {
      guard seen.process.exists else {
        await lookDone.wait()
        continue
      }
      await server.waitForExit()
      if Task.isCancelled { return }
      isSeenStale = true
      exitSeen.signal()
      wake.signal()
      // The look that follows says what became of it. Should it find one that cannot be waited for,
      // there is no hurry.
      await clock.sleep(settings.watchInterval)
    }
  }

  /// Ends what is under way, and the server where that was asked for.
  private func cleanUp() async {
    if let task = action?.task {
      task.cancel()
      await wait(for: task)
    }
    let isWanted = end == .stopped && !leavesServerRunning && state.current.server != .unmanaged
    guard isWanted || isHalted, troubles[.identity] == nil else { return }
    do throws(ServerError) {
      try await server.stop()
    } catch {
      logger.error("The server could not be stopped: \(error)")
    }
    guard end == .stopped else { return }
    await look()
    // So that a primary's group need not find out by itself.
    var farewell = report(now: clock.now())
    farewell.isRunning = seen.isRunning
    farewell.number = nextReportNumber()
    _ = try? await monitor.nodeActive(
      formation: state.formation, nodeID: state.nodeID, groupID: state.groupID, report: farewell)
  }
}
