import Failover
import MonitorClient
import ServerControl
import Synchronization
import Testing

@testable import Keeper

/// Actions: one at a time, beside the reports, cut short where another goal demands it.
struct ActionTests {
  @Test func reportsGoOnDuringALongClone() async throws {
    let bench = try await Bench(.waitStandby, goal: .catchingUp)
    defer { bench.cleanUp() }
    let said = Mutex<[String]>([])
    let keeper = try bench.keeper { line in said.withLock { $0.append(line) } }
    let barrier = await bench.server.hold("clone")
    for _ in 1...60 {
      await keeper.round()
      bench.clock.advance(by: .seconds(1))
    }
    #expect(await bench.monitor.reports.count == 60)
    #expect(await bench.monitor.reports.allSatisfy { $0.state == .waitStandby })
    #expect(await bench.server.calls == ["clone"])
    #expect(said.withLock { $0 } == ["copying from node_2"])
    await barrier.open()
    try await bench.settle(keeper)
    await keeper.round()
    #expect(await bench.monitor.last?.state == .catchingUp)
    #expect(try bench.saved().systemIdentifier == 7)
    #expect(await bench.server.calls.prefix(3) == ["clone", "configure", "start standby"])
  }

  @Test func aCopyThatIsCompleteIsNotMadeAgain() async throws {
    let bench = try await Bench(.waitStandby, goal: .catchingUp)
    defer { bench.cleanUp() }
    await bench.server.fail("start standby", ServerError(code: .portInUse, message: "Port in use."))
    try await bench.pass(3, try bench.keeper())
    #expect(try bench.saved().isCloned)
    await bench.server.fail("start standby", nil)
    try await bench.drive(try bench.keeper(), to: .catchingUp)
    #expect(await bench.server.count("clone") == 1)
    #expect(try bench.saved().isCloned == false)
  }

  @Test func aNodeThatBeginsToFollowStandsForElectionNoLonger() async throws {
    let bench = try await Bench(.reportLSN, goal: .joinSecondary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    let barrier = await bench.server.hold("rejoin")
    await keeper.round()
    try await until("it begins") { await bench.server.calls == ["rejoin"] }
    await bench.monitor.assign(.reportLSN)
    for _ in 1...3 { await keeper.round() }
    // It may receive already, also when this keeper is lost now: the next one follows first.
    #expect(await bench.monitor.last?.state == .joinSecondary)
    #expect(try bench.saved().mustRejoin)
    await barrier.open()
    try await bench.settle(keeper)
    try await bench.drive(keeper, to: .reportLSN)
    #expect(await bench.server.calls == ["rejoin", "detach"])
    #expect(await bench.server.shape.isAttached == false)
  }

  @Test func theNextGoalWaitsForAnActionThatIsWorthFinishing() async throws {
    let bench = try await Bench(.demoted, goal: .catchingUp)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    let barrier = await bench.server.hold("rejoin")
    await keeper.round()
    await bench.monitor.assign(.single)
    for _ in 1...5 { await keeper.round() }
    #expect(await bench.server.calls == ["rejoin"])
    await barrier.open()
    try await bench.settle(keeper)
    // The plan that follows begins where the action ended.
    try await bench.drive(keeper, to: .single)
    #expect(await bench.monitor.reports.contains { $0.state == .catchingUp })
  }

  @Test(arguments: [NodeState.dropped, .demoted, .demoteTimeout])
  func aGoalThatStopsTheServerCutsAnActionShort(goal: NodeState) async throws {
    let bench = try await Bench(.waitStandby, goal: .catchingUp)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    _ = await bench.server.hold("clone")
    await keeper.round()
    try await until("it copies") { await bench.server.calls == ["clone"] }
    await bench.monitor.assign(goal)
    await keeper.round()
    try await bench.settle(keeper)
    try await bench.drive(keeper, to: goal)
    #expect(await bench.monitor.reports.contains { $0.problem != nil } == false)
  }

  @Test func aStopUnderWayIsNotBegunAgainForAnotherGoalThatStops() async throws {
    let bench = try await Bench(.primary, goal: .draining)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    let barrier = await bench.server.hold("stop")
    await keeper.round()
    try await until("it stops") { await bench.server.calls.last == "stop" }
    await bench.monitor.assign(.demoted)
    await keeper.round()
    await barrier.open()
    try await bench.drive(keeper, to: .demoted)
    #expect(await bench.monitor.reports.contains { $0.state == .draining })
  }

  @Test func aCheckpointGivesWayToAGoalThatStopsAtOnce() async throws {
    let bench = try await Bench(.primary, goal: .draining)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    _ = await bench.server.hold("checkpoint")
    await keeper.round()
    try await until("it writes") { await bench.server.calls.last == "checkpoint" }
    await bench.monitor.assign(.demoteTimeout)
    await keeper.round()
    try await bench.drive(keeper, to: .demoteTimeout)
    #expect(await bench.server.calls == ["checkpoint", "stop"])
  }

  @Test func onlyOneActionIsUnderWay() async throws {
    let bench = try await Bench(.secondary, goal: .preparePromotion)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    let barrier = await bench.server.hold("detach")
    await withTaskGroup(of: Void.self) { group in
      for _ in 1...10 {
        group.addTask { await keeper.round() }
        group.addTask { await keeper.watch() }
      }
    }
    #expect(await bench.server.calls == ["detach"])
    await barrier.open()
    try await bench.settle(keeper)
  }

  @Test func whatWasSeenBeforeAnActionEndedIsNotActedOn() async throws {
    let bench = try await Bench(.demoted, goal: .single)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    let barrier = await bench.server.hold("start primary")
    await keeper.round()
    try await until("it starts") { await bench.server.calls.last == "start primary" }
    // The next round has seen a stopped server, and hears the monitor when it runs already.
    let answers = await bench.monitor.holdAnswers()
    let round = Task { await keeper.round() }
    try await until("it reports") { await bench.monitor.reports.count == 2 }
    await barrier.open()
    try await bench.settle(keeper)
    await answers.open()
    await round.value
    try await bench.settle(keeper)
    #expect(await bench.server.count("start primary") == 1)
  }

  @Test func aFailureIsReportedRetriedMoreAndMoreRarelyAndLoggedOnce() async throws {
    let bench = try await Bench(.demoted, goal: .catchingUp)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    await bench.server.fail(
      "rejoin",
      ServerError(
        code: .diskFull, message: "The disk is full.",
        hint: "Free some space; the next try goes on from here."))
    try await bench.pass(59, keeper)
    let problem = await bench.monitor.last?.problem
    #expect(
      problem
        == "On the way to catchingup: The disk is full. (Free some space; the next try goes on from here.)"
    )
    #expect(bench.log.count(containing: "The disk is full.") == 1)
    #expect(bench.log.count(containing: "From demoted to catchingup") == 1)
    let attempts = await bench.server.count("rejoin")
    #expect(attempts >= 7 && attempts <= 15)
    #expect(await bench.monitor.reports.count == 59)
    await bench.server.fail("rejoin", nil)
    try await bench.drive(keeper, to: .catchingUp)
    try await bench.pass(1, keeper)
    #expect(await bench.monitor.last?.problem == nil)
    #expect(bench.log.count(containing: "Over: On the way to catchingup") == 1)
  }

  @Test func aMonitorThatNamesThisNodeAsItsOwnPrimaryIsAskedAgain() async throws {
    let bench = try await Bench(.demoted, goal: .catchingUp)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    await bench.monitor.set(
      primary: GroupMember(id: 1, name: "node_1", host: "10.0.0.1", port: 5432, isPrimary: true))
    try await bench.pass(3, keeper)
    #expect(await bench.server.calls == [])
    #expect(await bench.monitor.last?.problem?.contains("names this node itself") == true)
    await bench.monitor.set(
      primary: GroupMember(id: 2, name: "node_2", host: "10.0.0.2", port: 5432, isPrimary: true))
    try await bench.drive(keeper, to: .catchingUp)
  }

  @Test func aCheckpointThatFailsDoesNotKeepThePrimaryRunning() async throws {
    let bench = try await Bench(.primary, goal: .draining)
    defer { bench.cleanUp() }
    await bench.server.fail("checkpoint", ServerError(code: .timedOut, message: "Too slow."))
    try await bench.drive(try bench.keeper(), to: .draining)
    #expect(await bench.server.calls == ["checkpoint", "stop"])
    #expect(bench.log.count(containing: "No checkpoint") == 1)
  }

  @Test func theFirstNodeTellsItsIdentifierOnce() async throws {
    let bench = try await Bench(.initial, goal: .single)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.drive(keeper, to: .single)
    try await bench.pass(30, keeper)
    #expect(await bench.monitor.identifiers == [7])
    #expect(try bench.saved().systemIdentifier == 7)
    #expect(
      await bench.server.calls.prefix(5)
        == ["createCluster", "configure", "start primary", "createRoles", "names ''"])
  }

  @Test func theWholeLifeOfATwoNodeGroupsPrimary() async throws {
    let bench = try await Bench(.initial, goal: .single)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    for state in [
      NodeState.single, .waitPrimary, .primary, .draining, .demoted, .catchingUp, .secondary,
      .preparePromotion, .stopReplication, .waitPrimary, .primary, .prepareMaintenance,
      .maintenance,
      .catchingUp, .secondary, .dropped,
    ] {
      await bench.monitor.assign(state)
      try await bench.drive(keeper, to: state)
      #expect(try bench.saved().current == state)
    }
    #expect(await keeper.ending == .dropped)
  }
}
