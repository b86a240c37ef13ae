import Failover
import Testing

/// What the planner promises for every state and everything it may see.
struct KeeperPlannerTests {
  static let names = "ANY 1 (pgautofailover_standby_2)"
  let planner = KeeperPlanner()

  @Test(arguments: NodeState.allCases)
  func upkeepThatWasDoneNeedsNoMore(state: NodeState) {
    for seen in Observation.everyServer + [Observation(process: .absent)] {
      var server = ModelServer(seen: seen)
      // Twice: a standby that takes writes is stopped by the first and started by the second.
      for _ in 1...2 {
        for step in planner.upkeep(of: state, seeing: server.seen, confirmedNames: Self.names) {
          let isDone = server.perform(step)
          #expect(isDone, "\(state): \(step) on \(seen.process)")
        }
      }
      let more = planner.upkeep(of: state, seeing: server.seen, confirmedNames: Self.names)
      #expect(more == [], "\(state) on \(seen.process)")
    }
  }

  @Test(arguments: NodeState.allCases)
  func askingTwiceGivesTheSamePlan(current: NodeState) {
    for goal in NodeState.allCases {
      for seen in Observation.everyServer {
        #expect(plan(current, goal, seen) == plan(current, goal, seen))
      }
    }
  }

  @Test(arguments: NodeState.allCases)
  func aPlanCanBePerformedOnAServerThatStoppedBefore(current: NodeState) {
    for goal in NodeState.allCases where Transition.way(from: current, to: goal) != nil {
      var server = ModelServer(seen: Observation(process: .stopped))
      for step in plan(current, goal, server.seen) ?? [] {
        let isDone = server.perform(step)
        #expect(isDone, "\(current) to \(goal): \(step)")
      }
      if goal.server == .stopped { #expect(server.seen.process == .stopped) }
      if goal.takesWrites { #expect(server.seen.isInRecovery == false, "\(current) to \(goal)") }
    }
  }

  @Test(arguments: NodeState.allCases)
  func aPlanCutShortAnywhereLeadsToTheSameEnd(current: NodeState) {
    for goal in NodeState.allCases where Transition.way(from: current, to: goal) != nil {
      for start in Observation.everyServer where isPossible(start, in: current) {
        let whole = end(from: current, to: goal, start: start, cuts: [])
        let length = plan(current, goal, start)?.count ?? 0
        for cut in 0...length {
          let resumed = end(from: current, to: goal, start: start, cuts: [cut])
          #expect(resumed == whole, "\(current) to \(goal) cut after \(cut) steps")
        }
      }
    }
  }

  @Test func aHungServerIsStoppedWithoutACheckpoint() {
    let seen = Observation(process: .unresponsive)
    #expect(plan(.primary, .draining, seen) == [.stopServer])
  }

  @Test func aRunningServerIsCheckpointedBeforeItStops() {
    let seen = Observation(process: .running, isInRecovery: false)
    #expect(plan(.primary, .draining, seen) == [.checkpoint, .stopServer])
  }

  @Test func aStandbyThatCrashedIsNotReattachedBeforeItDetaches() {
    let seen = Observation(process: .stopped)
    #expect(
      plan(.secondary, .preparePromotion, seen) == [.startServer(.detachedStandby), .detach])
  }

  @Test func aPrimaryThatMayNotRunAloneKeepsItsConfirmedNames() {
    let relaxed = Observation(process: .running, isInRecovery: false, standbyNames: "")
    #expect(
      planner.upkeep(of: .primary, seeing: relaxed, confirmedNames: Self.names)
        == [.keepStandbyNames(Self.names), .confirmStandbyNames])
    let crashed = Observation(process: .stopped)
    #expect(
      planner.upkeep(of: .primary, seeing: crashed, confirmedNames: Self.names)
        == [.keepStandbyNames(Self.names), .startServer(.primary)])
  }

  @Test func aPrimaryThatConfirmedNothingAsksTheMonitorForItsNames() {
    let seen = Observation(process: .running, isInRecovery: false, standbyNames: "")
    #expect(
      planner.upkeep(of: .primary, seeing: seen, confirmedNames: nil)
        == [.applyStandbyNames, .confirmStandbyNames])
  }

  @Test func aStandbyThatWritesIsStopped() {
    let seen = Observation(process: .running, isInRecovery: false)
    #expect(planner.upkeep(of: .secondary, seeing: seen, confirmedNames: nil) == [.stopServer])
  }

  @Test func noUpkeepRelaxesAPrimary() {
    for state in NodeState.allCases where state != .single && state != .waitPrimary {
      for seen in Observation.everyServer {
        let steps = planner.upkeep(of: state, seeing: seen, confirmedNames: Self.names)
        #expect(!steps.contains(.runAlone) && !steps.contains(.promote))
      }
    }
  }

  @Test func aMissingWayIsNamed() {
    #expect(throws: PlanError(current: .dropped, goal: .primary)) {
      try planner.steps(
        from: .dropped, towards: .primary, seeing: Observation(process: .stopped),
        confirmedNames: nil)
    }
    #expect(
      PlanError(current: .dropped, goal: .primary).description
        == "there is no way from dropped to primary")
  }

  private func plan(_ current: NodeState, _ goal: NodeState, _ seen: Observation) -> [Step]? {
    try? planner.steps(from: current, towards: goal, seeing: seen, confirmedNames: Self.names)
  }

  /// A state can only be held with a server that fits it, or with one that has crashed.
  private func isPossible(_ seen: Observation, in state: NodeState) -> Bool {
    guard seen.process == .running else { return seen.process == .stopped }
    switch state.server {
    case .primary: return seen.isInRecovery == false
    case .standby, .detachedStandby: return seen.isInRecovery == true
    case .stopped: return false
    case .unmanaged: return state == .maintenance && seen.isInRecovery == true
    }
  }

  /// Performs a plan, cut short after so many steps each time, and in the end whole.
  private func end(
    from current: NodeState, to goal: NodeState, start: Observation, cuts: [Int]
  ) -> Observation {
    var server = ModelServer(seen: start)
    for cut in cuts {
      for step in (plan(current, goal, server.seen) ?? []).prefix(cut) where !server.perform(step) {
        break
      }
    }
    for step in plan(current, goal, server.seen) ?? [] {
      let isDone = server.perform(step)
      #expect(isDone, "\(current) to \(goal): \(step)")
    }
    return server.seen
  }
}
