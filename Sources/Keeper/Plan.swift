internal import Failover

/// What is to be done next: the way from a state to a goal, or the upkeep of a state.
struct Plan: Sendable, Equatable {
  var from: NodeState
  var goal: NodeState
  var steps: [Step]

  var isUpkeep: Bool { from == goal }

  /// Does it start a server as a primary, or promote it?
  var bringsWrites: Bool { steps.contains(where: \.bringsWrites) }

  /// Is it about nothing but stopping?
  var onlyStops: Bool { steps.allSatisfy { $0 == .stopServer || $0 == .checkpoint } }

  /// Does it bring a server back that should be running?
  var isRestart: Bool {
    isUpkeep && steps.contains(.startServer(goal.server))
  }
}

extension Step {
  /// Does the server take writes after this step?
  var bringsWrites: Bool { self == .promote || self == .startServer(.primary) }

  /// Is it better to let this step end when the goal has changed? Work that is thrown away has to be
  /// done again; mere waiting has not.
  var isWorthFinishing: Bool {
    switch self {
    case .applyStandbyNames, .keepStandbyNames, .confirmStandbyNames, .checkpoint, .maintainSlots,
      .fetchMissing:
      false
    case .createCluster, .configureServer, .startServer, .createRoles, .stopServer, .runAlone,
      .cloneFromPrimary, .rejoinPrimary, .followPrimary, .detach, .promote:
      true
    }
  }

  /// Does this step need an answer of the monitor?
  var needsMonitor: Bool {
    switch self {
    case .configureServer, .maintainSlots, .applyStandbyNames, .cloneFromPrimary, .rejoinPrimary,
      .followPrimary, .fetchMissing:
      true
    case .createCluster, .startServer, .createRoles, .checkpoint, .stopServer, .runAlone,
      .keepStandbyNames, .confirmStandbyNames, .detach, .promote:
      false
    }
  }
}

/// When what has failed may be tried again.
struct Retries: Sendable {
  private var plan: Plan?
  private var attempts = 0
  private var notBefore: Duration = .zero

  /// Is it time for this plan? One that was not tried last may start at once.
  func isDue(_ plan: Plan, now: Duration) -> Bool { plan != self.plan || now >= notBefore }

  /// Was something else tried last, or nothing?
  func isFirst(_ plan: Plan) -> Bool { plan != self.plan }

  /// The plan was tried; the same one waits, longer each time.
  mutating func tried(
    _ plan: Plan, now: Duration, policy: RetryPolicy,
    using generator: inout some RandomNumberGenerator
  ) {
    attempts = plan == self.plan ? attempts + 1 : 1
    self.plan = plan
    notBefore = now + (policy.delay(after: attempts, using: &generator) ?? policy.longest)
  }

  /// The server has run for long: an earlier restart no longer counts.
  mutating func forgetRestart() {
    if plan?.isRestart == true { forget() }
  }

  /// All is well: the next attempt at anything is a first one.
  mutating func forget() {
    plan = nil
    attempts = 0
  }
}
