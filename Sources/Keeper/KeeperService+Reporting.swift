internal import Failover
internal import Logging
internal import MonitorClient

extension KeeperService {
  /// What the monitor is told now.
  func report(now: Duration) -> NodeReport {
    let role = state.current.server
    return NodeReport(
      state: state.current,
      isRunning: isServerRunning(now: now),
      timeline: seen.timeline != 0 ? seen.timeline : lastTimeline,
      position: position(in: role),
      syncState: role == .primary ? seen.syncState : "",
      standbyNames: standbyNamesHeld,
      upstreamSilence: role == .standby ? upstream.silenceOfReceiver(now: now) : nil,
      problem: troubles.gravest ?? seen.problem,
      connected: role == .primary ? connectedStandbys(now: now) : nil,
      applyDelay: role == .primary ? nil : seen.applyDelay)
  }

  /// Counts this keeper among those that have served the node, once, on disk.
  func takeIncarnation() async {
    guard !hasIncarnation else { return }
    hasIncarnation = (try? await remember { $0.incarnation += 1 }) != nil
  }

  /// The number of the next report: above that of every report sent before, by this keeper or by an
  /// earlier one. None while the state file cannot be written.
  func nextReportNumber() -> Int64? {
    guard hasIncarnation else { return nil }
    reportsSent += 1
    return (state.incarnation << 32) + reportsSent
  }

  /// Where the log ends; a server that was told to stop may have written more than was last seen.
  private func position(in role: ServerRole) -> LogPosition {
    seen.position != .unknown || role == .stopped ? seen.position : lastPosition
  }

  private func isServerRunning(now: Duration) -> Bool? {
    if troubles[.identity] != nil { return false }
    // It is stopped on purpose, or not started yet, for want of an answer; the answer to this report
    // may be that it shall run.
    if isFenced || isStartWithheld(now: now) { return nil }
    if isHalted { return false }
    return health.isRunning(as: state.current.server, seeing: seen, now: now, settings: settings)
  }

  /// The standbys that have answered lately, by their ids.
  private func connectedStandbys(now: Duration) -> [Int64] {
    fencing.heard(within: settings.standbyPatience, now: now)
      .compactMap(GroupMember.id(ofSlot:)).sorted()
  }

  /// The names in force, if every commit before them is held as they demand.
  private var standbyNamesHeld: String? {
    guard seen.isRunning, seen.isInRecovery != true else { return nil }
    switch state.current {
    case .single, .waitPrimary:
      // Names that hold its commits back are in force, and nothing was confirmed under them yet.
      return seen.standbyNames.isEmpty && (state.confirmedStandbyNames ?? "").isEmpty
        ? "" : NodeReport.unconfirmedNames
    case .primary:
      guard areNamesConfirmed, seen.standbyNames == state.confirmedStandbyNames else {
        return NodeReport.unconfirmedNames
      }
      return seen.standbyNames
    default: return nil
    }
  }

  /// What is wrong with what was seen, compared with what the state demands.
  func judge(_ looked: Observation) {
    trouble(.identity, identityTrouble(looked))
    trouble(.names, namesTrouble(looked))
    trouble(.server, serverTrouble(looked))
  }

  private func identityTrouble(_ looked: Observation) -> String? {
    guard let known = state.systemIdentifier, let found = looked.systemIdentifier, known != found
    else { return nil }
    return """
      The data directory holds another cluster: its system identifier is \(found), and this node's is \
      \(known). Nothing is done to it; put this node's own data back, or drop the node.
      """
  }

  private func namesTrouble(_ looked: Observation) -> String? {
    guard looked.isRunning, looked.isInRecovery == false, goal == state.current, action == nil,
      [.single, .waitPrimary, .primary].contains(state.current)
    else { return troubles[.names] }
    let demanded = state.current == .single ? "" : state.confirmedStandbyNames ?? ""
    if looked.standbyNames == demanded { return nil }
    // What was committed meanwhile may be held by nobody else: it has to be confirmed again.
    areNamesConfirmed = false
    return """
      synchronous_standby_names is '\(looked.standbyNames)' where this \(state.current.rawValue) needs \
      '\(demanded)': it is set again. Leave it to pg_autoctl.
      """
  }

  private func serverTrouble(_ looked: Observation) -> String? {
    let role = state.current.server
    // A way that is under way may stop the server; only upkeep promises that it runs.
    guard role.isRunning, action?.plan.isUpkeep ?? true else { return nil }
    switch looked.process {
    case .absent: return "The data directory is missing or empty."
    case .stopped: return isHalted ? nil : looked.problem ?? "The server is not running."
    case .starting: return looked.problem
    case .unresponsive: return looked.problem ?? "The server does not answer."
    case .running where looked.isInRecovery == (role == .primary):
      return role == .primary
        ? "The server is in recovery although this node is the primary."
        : "The server takes writes although this node is a standby: it is stopped."
    case .running: return looked.problem
    }
  }

  /// Takes an answer of the monitor to this report.
  func take(_ assignment: Assignment, of report: NodeReport, sentAt: Duration) async {
    trouble(.monitor, nil)
    trouble(.unknownNode, nil)
    unknownAnswers = 0
    isMonitorAnswering = true
    fencing.heardMonitor(at: sentAt)
    gate.monitorAnswered()
    goalHeardAt = sentAt
    // What the server does in a state that it has just come to is worth telling soon.
    if let toldState, toldState != report.state { wake.signal() }
    toldState = report.state
    if report.state == .dropped {
      finish(.dropped)
      return
    }
    if let isDone, isDone(report.state), assignment.goal == report.state { finish(.reached) }
    if assignment.goal != goal {
      logger.info(
        "The monitor assigns \(assignment.goal.rawValue) to this \(state.current.rawValue).")
      goal = assignment.goal
      areMembersDue = true
    }
    if state.goal != goal { try? await remember { [goal] in $0.goal = goal } }
    endHandingOver(having: report.state)
    if isFenced, goal.takesWrites || !state.current.takesWrites { await liftFence() }
    interruptOvertakenAction()
  }

  /// The monitor did not answer, or said no.
  func monitorFailed(_ error: MonitorError, report: NodeReport) async {
    isMonitorAnswering = false
    let isUnknown = error.code == .refused(sqlState: "42704")
    if report.state == .dropped {
      vainFarewells += 1
      if isUnknown || vainFarewells >= 3 { finish(.dropped) }
      return
    }
    guard isUnknown else {
      trouble(.monitor, "The monitor: \(error)")
      return
    }
    unknownAnswers += 1
    trouble(
      .unknownNode,
      """
      The monitor does not know node \(state.nodeID): somebody has removed it. To bring it back, \
      with the data that it has, create the node again with pg_autoctl create postgres.
      """)
    await enforceStop()
    if unknownAnswers >= 3 { finish(.unknownToMonitor) }
  }
}
