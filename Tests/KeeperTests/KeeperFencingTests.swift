import Failover
import ServerControl
import Testing

@testable import Keeper

/// A primary that hears nobody stops its server, and does not start it again by itself.
struct KeeperFencingTests {
  private func standby(reply: Int) -> ConnectedStandby {
    ConnectedStandby(
      name: "pgautofailover_standby_2", state: "streaming", syncState: "quorum",
      flushed: .unknown, lastReply: "\(reply)")
  }

  private func isolated(_ state: NodeState) async throws -> (Bench, KeeperService) {
    let bench = try await Bench(state)
    let keeper = try bench.keeper()
    try await bench.pass(3, keeper)
    await bench.monitor.set(.unreachable)
    return (bench, keeper)
  }

  /// The fence fires while an action brings the node into a state without a primary: what is left of it on
  /// the disk holds nobody up.
  @Test(arguments: [NodeState.demoted, .draining, .reportLSN])
  func aFenceMeansNothingOnceTheNodeIsNoPrimary(state: NodeState) async throws {
    let bench = try await Bench(state, goal: .catchingUp) { $0.isFenced = true }
    defer { bench.cleanUp() }
    try await bench.drive(try bench.keeper(), to: .catchingUp)
    #expect(try bench.saved().isFenced == false)
    #expect(await bench.server.shape.process == .running)
  }

  @Test(arguments: [NodeState.primary, .applySettings])
  func aPrimaryThatHearsNobodyStops(state: NodeState) async throws {
    let (bench, keeper) = try await isolated(state)
    defer { bench.cleanUp() }
    try await bench.pass(5, keeper)
    #expect(await bench.server.shape.process == .running)
    try await bench.pass(1, keeper)
    #expect(await bench.server.shape.process == .stopped)
    #expect(try bench.saved().isFenced)
    #expect(try bench.saved().current == state)
    try await bench.pass(1, keeper)
    #expect(await bench.monitor.last?.isRunning == Bool?.none)
    #expect(bench.log.count(containing: "Neither the monitor nor a standby was heard for 5 s") == 1)
  }

  /// It is not late by the time between two looks.
  @Test func theFenceIsLookedAtWhenItIsDue() async throws {
    let (bench, keeper) = try await isolated(.primary)
    defer { bench.cleanUp() }
    #expect(await keeper.timeToNextWatch == .milliseconds(500))
    bench.clock.advance(by: .milliseconds(4800))
    #expect(await keeper.timeToNextWatch == .milliseconds(201))
    bench.clock.advance(by: .milliseconds(201))
    await keeper.watch()
    #expect(try bench.saved().isFenced)
    #expect(await keeper.timeToNextWatch == .milliseconds(500))
  }

  @Test func nobodyHurriesWhoGoesOnAlone() async throws {
    let (bench, keeper) = try await isolated(.waitPrimary)
    defer { bench.cleanUp() }
    bench.clock.advance(by: .milliseconds(4900))
    #expect(await keeper.timeToNextWatch == .milliseconds(500))
  }

  @Test func thatItIsFencedIsOnDiskBeforeItStops() async throws {
    let (bench, keeper) = try await isolated(.primary)
    defer { bench.cleanUp() }
    let barrier = await bench.server.hold("stop")
    bench.clock.advance(by: .seconds(6))
    await keeper.watch()
    try await until("it stops") { await bench.server.calls.last == "stop" }
    #expect(try bench.saved().isFenced)
    await barrier.open()
    try await bench.settle(keeper)
  }

  @Test func itDoesNotWaitForACheckpoint() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(3, keeper)
    let barrier = await bench.server.hold("checkpoint")
    await bench.monitor.assign(.draining)
    await keeper.round()
    try await until("the checkpoint is under way") { await bench.server.calls.last == "checkpoint" }
    await bench.monitor.set(.unreachable)
    bench.clock.advance(by: .seconds(6))
    await keeper.watch()
    try await until("it stops") { await bench.server.calls.last == "stop" }
    #expect(try bench.saved().isFenced)
    await barrier.open()
    try await bench.settle(keeper)
  }

  @Test func itStaysStoppedUntilTheMonitorAnswers() async throws {
    let (bench, keeper) = try await isolated(.primary)
    defer { bench.cleanUp() }
    try await bench.pass(120, keeper)
    #expect(await bench.server.count("start primary") == 0)
    // Also after a restart of its keeper.
    let second = try bench.keeper()
    try await bench.pass(120, second)
    #expect(await bench.server.count("start primary") == 0)
    await bench.monitor.set(.answers)
    await second.round()
    #expect(await bench.monitor.last?.isRunning == Bool?.none)
    #expect(await bench.monitor.last?.problem?.contains("Neither the monitor") == true)
    try await bench.settle(second)
    #expect(await bench.server.shape.process == .running)
    #expect(try bench.saved().isFenced == false)
    try await bench.pass(1, second)
    #expect(await bench.monitor.last?.isRunning == true)
    #expect(await bench.monitor.last?.problem == nil)
  }

  @Test func aFencedPrimaryThatWasReplacedFollowsWithoutStarting() async throws {
    let (bench, keeper) = try await isolated(.primary)
    defer { bench.cleanUp() }
    try await bench.pass(10, keeper)
    await bench.monitor.set(.answers)
    await bench.monitor.assign(.demoted)
    try await bench.drive(keeper, to: .demoted)
    #expect(try bench.saved().isFenced == false)
    await bench.monitor.assign(.catchingUp)
    try await bench.drive(keeper, to: .catchingUp)
    #expect(await bench.server.count("start primary") == 0)
    #expect(await bench.server.shape.isAttached)
  }

  @Test func aStandbyThatAnswersKeepsItGoing() async throws {
    let (bench, keeper) = try await isolated(.primary)
    defer { bench.cleanUp() }
    for reply in 1...60 {
      await bench.server.set(standbys: [standby(reply: reply)])
      try await bench.pass(1, keeper)
    }
    #expect(await bench.server.count("stop") == 0)
    // A connection that merely exists does not.
    try await bench.pass(7, keeper)
    #expect(await bench.server.count("stop") == 1)
  }

  @Test(arguments: [NodeState.single, .waitPrimary])
  func whoMayRunAloneGoesOn(state: NodeState) async throws {
    let (bench, keeper) = try await isolated(state)
    defer { bench.cleanUp() }
    try await bench.pass(300, keeper)
    #expect(await bench.server.calls.contains("stop") == false)
  }

  @Test func theFenceNeedsNoAnswerOfAMonitorThatHangs() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(1, keeper)
    await bench.monitor.set(.silent)
    let round = Task { await keeper.round() }
    try await until("the call hangs") { await bench.monitor.calls.last == "nodeActive" }
    for _ in 1...5 {
      bench.clock.advance(by: .seconds(1))
      await keeper.watch()
    }
    #expect(await bench.server.count("stop") == 0)
    bench.clock.advance(by: .seconds(0.5))
    await keeper.watch()
    try await bench.settle(keeper)
    #expect(await bench.server.shape.process == .stopped)
    round.cancel()
    await round.value
  }

  @Test func contactCountsFromTheRequestAndNotFromTheAnswer() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(1, keeper)
    // The answer comes now and says nothing newer than its request, four seconds ago.
    bench.clock.advance(by: .seconds(4))
    await keeper.take(
      Assignment(
        nodeID: 1, groupID: 0, goal: .primary, candidatePriority: 50, replicationQuorum: true),
      of: NodeReport(state: .primary, isRunning: true), sentAt: .seconds(1))
    bench.clock.advance(by: .seconds(1))
    await keeper.watch()
    #expect(await bench.server.count("stop") == 0)
    bench.clock.advance(by: .seconds(0.5))
    await keeper.watch()
    try await bench.settle(keeper)
    #expect(await bench.server.count("stop") == 1)
  }

  @Test func aRestartUnderWayDoesNotEscapeTheFence() async throws {
    let (bench, keeper) = try await isolated(.primary)
    defer { bench.cleanUp() }
    await bench.server.crash()
    let barrier = await bench.server.hold("start primary")
    await keeper.round()
    try await until("it starts") { await bench.server.calls.last == "start primary" }
    bench.clock.advance(by: .seconds(6))
    await keeper.watch()
    #expect(try bench.saved().isFenced)
    await barrier.open()
    try await bench.settle(keeper)
    // Should it have started all the same, it is stopped again.
    await bench.server.change { $0.process = .running }
    await keeper.watch()
    try await bench.settle(keeper)
    #expect(await bench.server.shape.process == .stopped)
  }

  @Test func aServerThatDoesNotStopIsToldAgain() async throws {
    let (bench, keeper) = try await isolated(.primary)
    defer { bench.cleanUp() }
    await bench.server.fail("stop", ServerError(code: .timedOut, message: "It does not stop."))
    try await bench.pass(10, keeper)
    #expect(await bench.server.count("stop") > 2)
    #expect(bench.log.count(containing: "It does not stop.") == 1)
    await bench.server.fail("stop", nil)
    try await bench.pass(1, keeper)
    #expect(await bench.server.shape.process == .stopped)
  }

  @Test func aDiskThatTakesNoStateDoesNotKeepTheServerGoing() async throws {
    let (bench, keeper) = try await isolated(.primary)
    defer { bench.cleanUp() }
    try bench.obstructStateFile()
    try await bench.pass(7, keeper)
    #expect(await bench.server.shape.process == .stopped)
    #expect(await bench.server.count("start primary") == 0)
  }
}
