import Failover
import MonitorClient
import ServerControl
import Testing

@testable import Keeper

/// How a keeper ends, and what becomes of its server.
struct EndTests {
  @Test(arguments: [
    NodeState.primary, .secondary, .waitPrimary, .demoted, .maintenance, .waitStandby,
  ])
  func aDroppedNodeStopsItsServerAndSaysSoOnce(state: NodeState) async throws {
    let bench = try await Bench(state, goal: .dropped)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.drive(keeper, to: .dropped)
    #expect(await keeper.ending == .dropped)
    #expect(await bench.monitor.reports.count { $0.state == .dropped } == 1)
    #expect(await bench.server.shape.process != .running)
    #expect(try bench.saved().current == .dropped)
  }

  @Test func aDroppedNodeThatTheMonitorHasForgottenEndsToo() async throws {
    let bench = try await Bench(.dropped)
    defer { bench.cleanUp() }
    await bench.monitor.set(.refuses(sqlState: "42704"))
    let keeper = try bench.keeper()
    await keeper.round()
    #expect(await keeper.ending == .dropped)
  }

  @Test func aDroppedNodeDoesNotWaitForASilentMonitorForEver() async throws {
    let bench = try await Bench(.dropped)
    defer { bench.cleanUp() }
    await bench.monitor.set(.unreachable)
    let keeper = try bench.keeper()
    try await bench.pass(2, keeper)
    #expect(await keeper.ending == nil)
    try await bench.pass(1, keeper)
    #expect(await keeper.ending == .dropped)
  }

  @Test(arguments: [NodeState.primary, .single, .waitPrimary, .secondary])
  func aNodeThatTheMonitorDoesNotKnowEndsAfterThreeSuchAnswers(state: NodeState) async throws {
    let bench = try await Bench(state)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(2, keeper)
    await bench.monitor.set(.refuses(sqlState: "42704"))
    try await bench.pass(2, keeper)
    #expect(await keeper.ending == nil)
    // Another node may have the place of a primary; a standby does no harm.
    #expect((await bench.server.shape.process == .stopped) == state.takesWrites)
    try await bench.pass(1, keeper)
    #expect(await keeper.ending == .unknownToMonitor)
    #expect(bench.log.count(containing: "The monitor does not know node 1") == 1)
    #expect(bench.log.count(containing: "create the node again with pg_autoctl") == 1)
  }

  @Test func oneSuchAnswerIsNotTheEnd() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    for _ in 1...3 {
      await bench.monitor.set(.refuses(sqlState: "42704"))
      try await bench.pass(2, keeper)
      await bench.monitor.set(.answers)
      try await bench.pass(8, keeper)
    }
    #expect(await keeper.ending == nil)
    #expect(await bench.server.shape.process == .running)
  }

  @Test func otherRefusalsChangeNothing() async throws {
    let bench = try await Bench(.waitPrimary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    await bench.monitor.set(.refuses(sqlState: "42501"))
    try await bench.pass(30, keeper)
    #expect(await keeper.ending == nil)
    #expect(await bench.server.calls.contains("stop") == false)
    #expect(bench.log.count(containing: "The monitor: No. (Ask otherwise.)") == 1)
  }

  @Test func askedToStopItStopsTheServerAndTellsTheMonitor() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    let end = Task { await keeper.keep() }
    try await until("it reports") { await bench.monitor.reports.count > 0 }
    await keeper.requestStop()
    #expect(await end.value == .stopped)
    #expect(await bench.server.shape.process == .stopped)
    #expect(await bench.monitor.last?.isRunning == false)
    #expect(try bench.saved().current == .primary)
  }

  @Test func askedSoItLeavesTheServerRunning() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    let end = Task { await keeper.keep() }
    try await until("it reports") { await bench.monitor.reports.count > 0 }
    await keeper.requestStop(leaveServerRunning: true)
    #expect(await end.value == .stopped)
    #expect(await bench.server.shape.process == .running)
  }

  @Test func aStopRequestCutsALongActionShort() async throws {
    let bench = try await Bench(.waitStandby, goal: .catchingUp)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    _ = await bench.server.hold("clone")
    let end = Task { await keeper.keep() }
    try await until("it copies") { await bench.server.calls == ["clone"] }
    await keeper.requestStop()
    #expect(await end.value == .stopped)
    #expect(try bench.saved().current == .waitStandby)
  }

  @Test func aStopRequestBeforeTheStartCounts() async throws {
    let bench = try await Bench(.secondary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    await keeper.requestStop()
    #expect(await keeper.keep() == .stopped)
  }

  @Test func aCancelledKeeperLeavesItsServerRunning() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    let end = Task { await keeper.keep() }
    try await until("it reports") { await bench.monitor.reports.count > 0 }
    end.cancel()
    #expect(await end.value == .stopped)
    #expect(await bench.server.shape.process == .running)
  }

  @Test func itRunsUntilAStateIsReachedAndLeavesTheServerRunning() async throws {
    let bench = try await Bench(.initial, goal: .single)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    let state = try await keeper.run(until: { $0 == .single }, limit: .seconds(60))
    #expect(state == .single)
    #expect(await bench.monitor.last?.state == .single)
    #expect(await bench.server.shape.process == .running)
    // The same keeper may go on.
    let end = Task { await keeper.keep() }
    let count = await bench.monitor.reports.count
    try await until("it reports again") { await bench.monitor.reports.count > count }
    await keeper.requestStop()
    #expect(await end.value == .stopped)
  }

  @Test func aStateThatIsNotReachedInTimeSaysWhy() async throws {
    let bench = try await Bench(.initial, goal: .single)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    await bench.server.fail(
      "createCluster", ServerError(code: .diskFull, message: "The disk is full."))
    let run = Task { try await keeper.run(until: { $0 == .single }, limit: .seconds(60)) }
    try await until("it has failed") { await bench.monitor.last?.problem != nil }
    try await until("the time is over") {
      bench.clock.advance(by: .seconds(5))
      return await keeper.ending == .timedOut
    }
    let error = await #expect(throws: KeeperError.self) { _ = try await run.value }
    #expect(error?.code == .notReached)
    #expect(
      error?.message
        == "The node is init and did not reach single within 60 s. On the way to single: The disk is full."
    )
  }
}
