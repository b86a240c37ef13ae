/// Why there is no plan.
public struct PlanError: Error, Equatable, CustomStringConvertible {
  public var current: NodeState
  public var goal: NodeState

  public init(current: NodeState, goal: NodeState) {
    self.current = current
    self.goal = goal
  }

  public var description: String {
    "there is no way from \(current.rawValue) to \(goal.rawValue)"
  }
}

/// Chooses the steps towards the assigned goal. It decides and never acts.
public struct KeeperPlanner: Sendable {
  public init() {}

  /// The steps from a state to the goal; when it is reached already, the steps that keep the server
  /// as the state demands. `confirmedNames` are those that this node last confirmed as a primary, or
  /// applied as one that waits for standbys.
  public func steps(
    from current: NodeState, towards goal: NodeState, seeing server: Observation,
    confirmedNames: String?
  ) throws(PlanError) -> [Step] {
    if current == goal {
      return upkeep(of: current, seeing: server, confirmedNames: confirmedNames)
    }
    guard let way = Transition.way(from: current, to: goal) else {
      throw PlanError(current: current, goal: goal)
    }
    return preparation(of: way, from: current, seeing: server)
      + way.steps.filter { isNeeded($0, on: way, seeing: server) }
  }

  /// What keeps the server as this state demands: started when it should run, stopped when not, its
  /// standby names in force. A primary is relaxed only in a state that may run alone.
  public func upkeep(
    of state: NodeState, seeing server: Observation, confirmedNames: String?
  ) -> [Step] {
    switch (state.server, server.process) {
    case (.unmanaged, _), (_, .absent): []
    case (.stopped, .stopped): []
    case (.stopped, _): [.stopServer]
    case (.primary, .stopped):
      names(in: state, confirmed: confirmedNames) + [.startServer(.primary)]
    case (let role, .stopped): [.startServer(role)]
    case (_, .starting), (_, .unresponsive): []
    case (.primary, .running):
      namesUpkeep(of: state, seeing: server, confirmed: confirmedNames)
    // A second writer, whatever made it one: it stops first.
    case (_, .running): server.isInRecovery == false ? [.stopServer] : []
    }
  }

  /// A server that should run already is started first, unless the steps do so themselves. One that
  /// is about to detach does not receive again before.
  private func preparation(
    of way: Transition, from current: NodeState, seeing server: Observation
  ) -> [Step] {
    guard server.process == .stopped || server.process == .starting, way.to.server.isRunning,
      current.server.isRunning, !way.steps.contains(where: \.bringsServerUp)
    else { return [] }
    return [.startServer(way.steps.contains(.detach) ? .detachedStandby : current.server)]
  }

  /// Leaves out a checkpoint that a server cannot make, and the detaching of one promoted already.
  private func isNeeded(_ step: Step, on way: Transition, seeing server: Observation) -> Bool {
    switch step {
    case .checkpoint: server.isRunning
    case .detach: !(way.to.takesWrites && server.isRunning && server.isInRecovery == false)
    default: true
    }
  }

  /// The names that a primary must have in force before it starts.
  private func names(in state: NodeState, confirmed: String?) -> [Step] {
    switch state {
    case .primary, .waitPrimary: confirmed.map { [.keepStandbyNames($0)] } ?? []
    default: []
    }
  }

  private func namesUpkeep(
    of state: NodeState, seeing server: Observation, confirmed: String?
  ) -> [Step] {
    // In recovery it is no primary, and its names mean nothing.
    if server.isInRecovery == true { return [] }
    switch state {
    case .single: return server.standbyNames.isEmpty ? [] : [.runAlone]
    case .waitPrimary:
      let names = confirmed ?? ""
      return server.standbyNames == names ? [] : [.keepStandbyNames(names)]
    case .primary:
      guard let confirmed else { return [.applyStandbyNames, .confirmStandbyNames] }
      return server.standbyNames == confirmed
        ? [] : [.keepStandbyNames(confirmed), .confirmStandbyNames]
    default: return []
    }
  }
}

extension Step {
  /// Does the server run afterwards, whatever it did before?
  fileprivate var bringsServerUp: Bool {
    switch self {
    case .startServer, .rejoinPrimary: true
    default: false
    }
  }
}

extension ServerRole {
  /// Should a server in this role be running?
  public var isRunning: Bool {
    switch self {
    case .primary, .standby, .detachedStandby: true
    case .stopped, .unmanaged: false
    }
  }
}
