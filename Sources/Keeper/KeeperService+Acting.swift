internal import Failover
internal import Logging
internal import MonitorClient
internal import ServerControl

/// Steps that are being performed.
struct Action: Sendable {
  var number: Int
  var plan: Plan
  /// Work beside the way between states, which any plan may interrupt.
  var isHousekeeping = false
  /// The step that is being performed.
  var step: Step?
  var task: Task<Void, Never>?
}

extension KeeperService {
  /// Chooses what to do next and starts it, unless something is being done.
  ///
  /// `isFresh` means that the monitor has assigned this goal in this very round. Nobody starts to take
  /// writes on an older word: the monitor may have given the place to another node since.
  func decide(isFresh: Bool) async {
    guard end == nil, troubles[.identity] == nil else { return }
    if isSeenStale { await look() }
    if let action {
      guard action.isHousekeeping, let plan = plan(), isReady(plan, isFresh: isFresh) else {
        return
      }
      // Housekeeping gives way; its end brings the next round.
      action.task?.cancel()
      return
    }
    guard let plan = plan() else {
      trouble(.action, nil)
      return
    }
    if !isReady(plan, isFresh: isFresh) {
      if !isFresh, let meanwhile = upkeepMeanwhile(), isReady(meanwhile, isFresh: false) {
        start(meanwhile, knowing: Briefing())
      }
      return
    }
    do {
      let briefing = try await Briefing.ask(monitor, for: plan, of: state)
      // While we asked, the goal, the server or the fence may have changed.
      guard self.plan() == plan, isReady(plan, isFresh: isFresh), action == nil, end == nil
      else { return }
      start(plan, knowing: briefing)
    } catch {
      failed(plan, with: error)
    }
  }

  /// What is to be done now, if anything.
  private func plan() -> Plan? {
    let steps: [Step]
    do {
      steps = try planner.steps(
        from: state.current, towards: goal, seeing: seen,
        confirmedNames: state.confirmedStandbyNames)
      trouble(.plan, nil)
    } catch {
      trouble(.plan, "The monitor assigns what this keeper cannot do: \(error).")
      return nil
    }
    let plan = Plan(from: state.current, goal: goal, steps: adapted(steps))
    return plan.isUpkeep && plan.steps.isEmpty ? nil : plan
  }

  /// On a way that needs the monitor, while it is away: the server is kept as the state that was
  /// reached demands, unless the goal demands another role.
  private func upkeepMeanwhile() -> Plan? {
    guard !isMonitorAnswering, state.current != goal, goal.server == state.current.server,
      seen.process == .stopped, !state.mustRejoin
    else { return nil }
    let steps = planner.upkeep(
      of: state.current, seeing: seen, confirmedNames: state.confirmedStandbyNames)
    return steps.isEmpty ? nil : Plan(from: state.current, goal: state.current, steps: steps)
  }

  /// What the planner cannot see: what was done already, and what must be done again.
  private func adapted(_ steps: [Step]) -> [Step] {
    let isKept =
      state.current == goal && goal.server == .standby && seen.isRunning && steps.isEmpty
    if state.mustRejoin, isKept || steps.contains(where: \.bringsBackAStandby) {
      return [.rejoinPrimary]
    }
    if state.isCloned { return steps.filter { $0 != .cloneFromPrimary } }
    if steps.isEmpty, state.current == .primary, goal == .primary, !areNamesConfirmed,
      seen.isRunning, let names = state.confirmedStandbyNames
    {
      return [.keepStandbyNames(names), .confirmStandbyNames]
    }
    return steps
  }

  private func isReady(_ plan: Plan, isFresh: Bool) -> Bool {
    let now = clock.now()
    if !retries.isDue(plan, now: now) { return false }
    if isHalted && !plan.onlyStops { return false }
    if !isFresh {
      if plan.steps.contains(where: \.needsMonitor) { return false }
      if !plan.isUpkeep && plan.bringsWrites { return false }
    }
    let startsPrimary = plan.steps.contains(.startServer(.primary))
    return !startsPrimary || gate.mayStartPrimary(state, now: now, settings: settings)
  }

  private func start(_ plan: Plan, knowing briefing: Briefing) {
    if !plan.isUpkeep, let way = Transition.way(from: plan.from, to: plan.goal),
      retries.isFirst(plan)
    {
      logger.info("From \(plan.from.rawValue) to \(plan.goal.rawValue): \(way.because).")
    } else if plan.isRestart, retries.isFirst(plan) {
      logger.info("The server is started in place.")
    }
    if plan.steps.contains(where: \.touchesNames) { areNamesConfirmed = false }
    actionsStarted += 1
    let number = actionsStarted
    action = Action(number: number, plan: plan)
    action?.task = Task { await self.perform(plan, knowing: briefing, number: number) }
  }

  private func perform(_ plan: Plan, knowing briefing: Briefing, number: Int) async {
    let runner = StepRunner(
      server: server, nodeID: state.nodeID, logger: logger, progress: progress)
    do {
      for step in plan.steps {
        try begin(step, of: plan)
        try await expect(step, of: plan)
        try await runner.perform(step, knowing: briefing)
        try await performed(step)
      }
      try Task.checkCancellation()
      try await arrived(plan, knowing: briefing)
      if plan.isUpkeep { tried(plan) } else { retries.forget() }
      trouble(.action, nil)
    } catch {
      if Task.isCancelled {
        retries.forget()
      } else {
        failed(plan, with: error)
      }
    }
    isSeenStale = true
    action = nil
    wake.signal()
  }

  /// May this step still be performed?
  private func begin(_ step: Step, of plan: Plan) throws {
    try Task.checkCancellation()
    action?.step = step
    if isHalted, !plan.onlyStops {
      throw KeeperError(code: .overtaken, message: "The server must not run now.")
    }
    if plan.isUpkeep, step == .startServer(.primary), state.current == .primary,
      state.confirmedStandbyNames ?? "" == "",
      fencing.silence(now: clock.now()) > settings.partitionTimeout
    {
      // It could acknowledge alone, and another node may have been promoted while we slept.
      throw KeeperError(
        code: .overtaken, message: "Nobody has been heard lately, so the server is not started.")
    }
    guard step.bringsWrites, !plan.isUpkeep else { return }
    let age = goalHeardAt.map { clock.now() - $0 }
    guard goal == plan.goal, let age, age <= settings.partitionTimeout else {
      throw KeeperError(
        code: .overtaken,
        message: "The monitor has not confirmed lately that this node is to take writes.")
    }
  }

  /// What must be known for good before a step. A standby that is stopped because it took writes may
  /// not simply start again; that it stops is more urgent than that this is noted. And a node that
  /// stands for election, having stopped receiving, does so no longer when it begins to follow.
  private func expect(_ step: Step, of plan: Plan) async throws {
    if step == .stopServer, plan.isUpkeep, plan.goal.server == .standby {
      try? await remember { $0.mustRejoin = true }
    }
    if step == .rejoinPrimary, plan.from.server == .detachedStandby {
      try await remember {
        $0.current = plan.goal
        $0.mustRejoin = true
      }
    }
  }

  /// What must be known for good after a step, before the next one.
  private func performed(_ step: Step) async throws {
    switch step {
    case .createCluster, .cloneFromPrimary:
      await look()
      let identifier = seen.systemIdentifier
      try await remember {
        $0.systemIdentifier = identifier ?? $0.systemIdentifier
        if step == .cloneFromPrimary { $0.isCloned = true }
      }
      upstream.restart(now: clock.now())
    case .rejoinPrimary:
      upstream.restart(now: clock.now())
      // It may have brought the primary's settings with it.
      isConfigurationDue = true
      try await remember { $0.mustRejoin = false }
    case .followPrimary:
      upstream.restart(now: clock.now())
    default: break
    }
  }

  /// All steps are done: the new state is saved, and only then held true and reported.
  private func arrived(_ plan: Plan, knowing briefing: Briefing) async throws {
    let confirmed = plan.steps.contains(.confirmStandbyNames) ? briefing.standbyNames : nil
    if plan.isUpkeep {
      guard let confirmed else { return }
      try await remember { $0.confirmedStandbyNames = confirmed }
      areNamesConfirmed = true
      return
    }
    try await remember {
      $0.current = plan.goal
      $0.isCloned = false
      if let confirmed {
        $0.confirmedStandbyNames = confirmed
      } else if plan.goal == .waitPrimary {
        $0.confirmedStandbyNames = briefing.standbyNames
      } else if plan.goal != .applySettings {
        $0.confirmedStandbyNames = nil
      }
      if !plan.goal.takesWrites { $0.isFenced = false }
    }
    if !state.isFenced { isFenced = false }
    trouble(.fence, isFenced ? troubles[.fence] : nil)
    trouble(.names, nil)
    areNamesConfirmed = true
    areMembersDue = true
    health = ServerHealth()
    if plan.goal.server == .standby, plan.from.server != .standby {
      upstream.restart(now: clock.now())
    }
    logger.info("This node is \(plan.goal.rawValue) now.")
  }

  private func failed(_ plan: Plan, with error: any Error) {
    if plan.isRestart { health.restartFailed() }
    tried(plan)
    if !(error is StateFileError) {
      let words = error is MonitorError ? "The monitor: \(error)" : "\(error)"
      trouble(.action, plan.isUpkeep ? words : "On the way to \(plan.goal.rawValue): \(words)")
    }
  }

  private func tried(_ plan: Plan) {
    retries.tried(plan, now: clock.now(), policy: settings.retry, using: &generator)
  }

  /// Ends an action that another goal has overtaken, where that is better than to let it end.
  func interruptOvertakenAction() {
    guard let action, let task = action.task, action.plan.goal != goal,
      action.step != .stopServer
    else { return }
    let mustStop = goal.server == .stopped && state.current.server != .stopped
    let isWorthFinishing = !action.isHousekeeping && action.step?.isWorthFinishing ?? false
    if goal == .dropped || mustStop || !isWorthFinishing { task.cancel() }
  }
}

extension Step {
  /// Does this step make a server a standby again, taking its history for granted?
  fileprivate var bringsBackAStandby: Bool {
    switch self {
    case .startServer(.standby), .followPrimary: true
    default: false
    }
  }

  /// Does this step change the names in force, or confirm them?
  fileprivate var touchesNames: Bool {
    switch self {
    case .runAlone, .applyStandbyNames, .confirmStandbyNames: true
    default: false
    }
  }
}
