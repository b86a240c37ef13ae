import Failover
import ServerControl
import Testing

@testable import Keeper

/// What a keeper does that has just started, its host perhaps too.
struct StartTests {
  /// A node whose host was restarted: nothing runs.
  private func restarted(
    _ state: NodeState, goal: NodeState? = nil,
    _ change: @Sendable (inout KeeperState) -> Void = { _ in }
  ) async throws -> Bench {
    var shape = Bench.shape(fitting: state)
    shape.crash()
    return try await Bench(state, goal: goal, server: shape) {
      if let goal { $0.goal = goal }
      change(&$0)
    }
  }

  @Test(arguments: [NodeState.single, .waitPrimary, .primary, .applySettings, .secondary])
  func aServerThatRunsIsAdopted(state: NodeState) async throws {
    let bench = try await Bench(state)
    defer { bench.cleanUp() }
    await bench.monitor.set(.unreachable)
    let keeper = try bench.keeper()
    try await bench.pass(4, keeper)
    #expect(await bench.server.calls == [])
    // And from then on restarted in place, without the monitor.
    await bench.server.crash()
    await keeper.watch()
    try await bench.settle(keeper)
    #expect(await bench.server.shape.process == .running)
  }

  @Test(arguments: [NodeState.secondary, .catchingUp, .preparePromotion, .stopReplication])
  func aStandbyStartsAtOnceWithoutTheMonitor(state: NodeState) async throws {
    let bench = try await restarted(state)
    defer { bench.cleanUp() }
    await bench.monitor.set(.unreachable)
    let keeper = try bench.keeper()
    await keeper.round()
    try await bench.settle(keeper)
    #expect(await bench.server.calls == ["start \(state.server)"])
    #expect(await bench.server.shape.isAttached == (state.server == .standby))
  }

  @Test(arguments: [NodeState.single, .waitPrimary, .primary])
  func aPrimaryAsksTheMonitorFirstAndStartsWhenItSaysSo(state: NodeState) async throws {
    let bench = try await restarted(state)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    await keeper.watch()
    try await bench.settle(keeper)
    #expect(await bench.server.calls == [])
    await keeper.round()
    try await bench.settle(keeper)
    #expect(await bench.server.calls.last == "start primary")
  }

  /// Else the monitor's first act would be to replace a primary that only waits for its word.
  @Test(arguments: [0, 4, 20])
  func aPrimaryThatWaitedForTheMonitorIsNotCalledLost(seconds: Int) async throws {
    let bench = try await restarted(.primary)
    defer { bench.cleanUp() }
    await bench.monitor.set(.unreachable)
    let keeper = try bench.keeper()
    try await bench.pass(seconds, keeper)
    await bench.monitor.set(.answers)
    let barrier = await bench.monitor.reports.count
    try await bench.pass(2, keeper)
    let reports = await bench.monitor.reports.dropFirst(barrier)
    #expect(!reports.contains { $0.isRunning == false })
    #expect(await bench.server.shape.process == .running)
  }

  @Test func aPrimaryThatWasReplacedDoesNotStart() async throws {
    let bench = try await restarted(.primary)
    defer { bench.cleanUp() }
    await bench.monitor.assign(.demoted)
    let keeper = try bench.keeper()
    try await bench.drive(keeper, to: .demoted)
    try await bench.pass(20, keeper)
    #expect(await bench.server.calls.contains("start primary") == false)
  }

  @Test(arguments: [NodeState.single, .waitPrimary, .primary])
  func aPrimaryThatNobodyCanHaveReplacedStartsAfterAWhile(state: NodeState) async throws {
    let bench = try await restarted(state)
    defer { bench.cleanUp() }
    await bench.monitor.set(.unreachable)
    let keeper = try bench.keeper()
    try await bench.pass(4, keeper)
    #expect(await bench.server.shape.process == .stopped)
    try await bench.pass(1, keeper)
    #expect(await bench.server.shape.process == .running)
    // Its names were in force before it ran.
    let names = state == .primary ? ["names '\(Bench.names)'", "start primary"] : ["start primary"]
    #expect(await bench.server.calls == names)
  }

  @Test func anAsynchronousPrimaryWaitsForTheMonitor() async throws {
    let bench = try await restarted(.primary) { $0.confirmedStandbyNames = "" }
    defer { bench.cleanUp() }
    await bench.server.change { $0.standbyNames = "" }
    await bench.monitor.set(.unreachable)
    let keeper = try bench.keeper()
    try await bench.pass(120, keeper)
    #expect(await bench.server.calls == [])
    #expect(try bench.saved().isFenced == false)
    await bench.monitor.set(.answers)
    try await bench.pass(1, keeper)
    #expect(await bench.server.shape.process == .running)
  }

  @Test(arguments: [NodeState.demoted, .demoteTimeout, .draining, .prepareMaintenance])
  func aDemotedNodeStaysStopped(state: NodeState) async throws {
    let bench = try await restarted(state)
    defer { bench.cleanUp() }
    await bench.monitor.set(.unreachable)
    try await bench.pass(60, try bench.keeper())
    #expect(await bench.server.calls == [])
  }

  @Test(arguments: [NodeState.preparePromotion, .stopReplication])
  func nobodyIsPromotedOnAnOldWord(state: NodeState) async throws {
    let bench = try await restarted(state, goal: .waitPrimary)
    defer { bench.cleanUp() }
    await bench.monitor.set(.unreachable)
    let keeper = try bench.keeper()
    try await bench.pass(60, keeper)
    #expect(await bench.server.calls.contains("promote") == false)
    // It was not even begun.
    #expect(bench.log.count(containing: "lately") == 0)
    // The monitor has changed its mind meanwhile.
    await bench.monitor.set(.answers)
    await bench.monitor.assign(.catchingUp)
    try await bench.drive(keeper, to: .catchingUp)
    #expect(await bench.server.calls.contains("promote") == false)
  }

  @Test(arguments: [NodeState.draining, .demoted])
  func aStoppedPrimaryDoesNotStartOnAnOldWord(state: NodeState) async throws {
    let bench = try await restarted(state, goal: .single)
    defer { bench.cleanUp() }
    await bench.monitor.set(.unreachable)
    let keeper = try bench.keeper()
    try await bench.pass(60, keeper)
    #expect(await bench.server.shape.process == .stopped)
    await bench.monitor.set(.answers)
    try await bench.drive(keeper, to: .single)
    #expect(await bench.server.shape.process == .running)
  }

  @Test func aLongStepDoesNotCarryAnOldWordAlong() async throws {
    let bench = try await Bench(.catchingUp, goal: .single)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    let barrier = await bench.server.hold("detach")
    await keeper.round()
    try await until("it detaches") { await bench.server.calls == ["detach"] }
    await bench.monitor.set(.unreachable)
    bench.clock.advance(by: .seconds(6))
    await keeper.round()
    await barrier.open()
    try await bench.settle(keeper)
    #expect(await bench.server.calls == ["detach"])
    await bench.monitor.set(.answers)
    await bench.server.release("detach")
    try await bench.drive(keeper, to: .single)
    #expect(await bench.server.shape.isInRecovery == false)
  }

  @Test func anotherClustersDataIsLeftAlone() async throws {
    let bench = try await restarted(.secondary)
    defer { bench.cleanUp() }
    await bench.server.set(identifier: 8)
    let keeper = try bench.keeper()
    try await bench.pass(20, keeper)
    #expect(await bench.server.calls == [])
    #expect(await bench.monitor.last?.isRunning == false)
    #expect(await bench.monitor.last?.problem?.contains("its system identifier is 8") == true)
    await bench.monitor.assign(.demoted)
    try await bench.pass(3, keeper)
    #expect(await bench.server.calls == [])
  }
}
