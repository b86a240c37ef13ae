import Failover
import ServerControl
import Testing

@testable import Keeper

/// A server that has ended is started again in place, with or without the monitor.
struct RestartTests {
  @Test(arguments: [
    NodeState.single, .waitPrimary, .primary, .applySettings, .secondary, .catchingUp,
  ])
  func aCrashedServerIsStartedAtOnce(state: NodeState) async throws {
    let bench = try await Bench(state)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(10, keeper)
    await bench.server.crash()
    let start = "start \(state.server)"
    let barrier = await bench.server.hold(start)
    await keeper.round()
    #expect(await bench.monitor.last?.isRunning == Bool?.none)
    #expect(await bench.monitor.last?.state == state)
    await barrier.open()
    try await bench.settle(keeper)
    await keeper.round()
    #expect(await bench.monitor.last?.isRunning == true)
    #expect(await bench.server.count(start) == 1)
    let needsStandbys = state == .primary || state == .applySettings
    #expect(await bench.server.shape.standbyNames == (needsStandbys ? Bench.names : ""))
  }

  @Test(arguments: [NodeState.single, .waitPrimary, .primary, .secondary])
  func alsoWithoutTheMonitor(state: NodeState) async throws {
    let bench = try await Bench(state)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(2, keeper)
    await bench.monitor.set(.unreachable)
    await bench.server.crash()
    try await bench.pass(1, keeper)
    #expect(await bench.server.shape.process == .running)
  }

  @Test func alsoWhileACallToTheMonitorHangs() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(2, keeper)
    await bench.monitor.set(.silent)
    let round = Task { await keeper.round() }
    try await until("the call hangs") { await bench.monitor.calls.last == "nodeActive" }
    await bench.server.crash()
    await keeper.watch()
    try await bench.settle(keeper)
    #expect(await bench.server.shape.process == .running)
    round.cancel()
    await round.value
  }

  @Test func aServerThatDoesNotComeBackIsLostAfterABoundedTime() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(10, keeper)
    await bench.server.crash()
    let barrier = await bench.server.hold("start primary")
    var answers: [Bool?] = []
    for _ in 0..<8 {
      await keeper.round()
      answers.append(await bench.monitor.last?.isRunning)
      bench.clock.advance(by: .seconds(1))
    }
    #expect(answers == [nil, nil, nil, nil, nil, nil, false, false])
    // It goes on trying, and takes it back when it succeeds.
    await barrier.open()
    try await bench.settle(keeper)
    await keeper.round()
    #expect(await bench.monitor.last?.isRunning == true)
  }

  @Test func threeFailedAttemptsAreEnough() async throws {
    var bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    bench.settings.restartLimit = .seconds(60)
    let keeper = try bench.keeper()
    try await bench.pass(70, keeper)
    await bench.server.crash()
    await bench.server.fail(
      "start primary", ServerError(code: .diskFull, message: "The disk is full."))
    var attempts = 0
    while attempts < 3 {
      try await bench.pass(1, keeper)
      attempts = await bench.server.count("start primary")
      if attempts < 3 { #expect(await bench.monitor.last?.isRunning == Bool?.none) }
    }
    try await bench.pass(1, keeper)
    #expect(await bench.monitor.last?.isRunning == false)
    #expect(await bench.monitor.last?.problem?.contains("The disk is full.") == true)
  }

  @Test func attemptsBecomeRareAndAreLoggedOnceAMinute() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(10, keeper)
    await bench.server.crash()
    await bench.server.fail(
      "start primary", ServerError(code: .diskFull, message: "The disk is full."))
    try await bench.pass(120, keeper)
    let attempts = await bench.server.count("start primary")
    #expect(attempts > 10 && attempts < 35)
    #expect(bench.log.count(containing: "The disk is full.") == 2)
    #expect(bench.log.count(containing: "The server is not running.") == 2)
    // As soon as the disk has room it comes back by itself.
    await bench.server.fail("start primary", nil)
    try await bench.pass(12, keeper)
    #expect(await bench.server.shape.process == .running)
    #expect(await bench.monitor.last?.problem == nil)
  }

  @Test func aServerThatCrashesAgainAndAgainIsLost() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(10, keeper)
    var answers: [Bool?] = []
    for _ in 1...40 {
      await bench.server.crash()
      bench.clock.advance(by: .seconds(1))
      await keeper.round()
      answers.append(await bench.monitor.last?.isRunning)
      try await bench.settle(keeper)
      await keeper.round()
    }
    #expect(answers.first == Bool?.none)
    #expect(answers.last == false)
    #expect(await bench.server.count("start primary") < 20)
  }

  @Test func aStandbyThatTakesWritesIsStoppedAndRejoins() async throws {
    let bench = try await Bench(.secondary)
    defer { bench.cleanUp() }
    await bench.server.change { $0.isInRecovery = false }
    let keeper = try bench.keeper()
    await bench.monitor.set(.unreachable)
    try await bench.pass(3, keeper)
    #expect(await bench.server.calls == ["stop"])
    #expect(try bench.saved().mustRejoin)
    // Also after a restart of the keeper it does not simply start.
    let second = try bench.keeper()
    try await bench.pass(3, second)
    #expect(await bench.server.calls == ["stop"])
    await bench.monitor.set(.answers)
    try await bench.pass(3, second)
    #expect(await bench.server.calls.prefix(2) == ["stop", "rejoin"])
    #expect(await bench.server.shape.isInRecovery)
    #expect(try bench.saved().mustRejoin == false)
  }

  @Test func aStandbyThatTookWritesRejoinsAlsoWhenItIsToldToCatchUp() async throws {
    let bench = try await Bench(.secondary)
    defer { bench.cleanUp() }
    await bench.server.change { $0.isInRecovery = false }
    let keeper = try bench.keeper()
    await keeper.round()
    // The monitor hears that the standby is not running, and reacts in the same round.
    await bench.monitor.assign(.catchingUp)
    try await bench.drive(keeper, to: .catchingUp)
    let calls = await bench.server.calls
    #expect(calls.contains("rejoin"))
    #expect(!calls.contains("start standby") && !calls.contains("follow"))
    #expect(try bench.saved().mustRejoin == false)
  }

  @Test func aServerOnAWayIsRestartedAlsoWithoutTheMonitor() async throws {
    // The way to primary needs the monitor; a primary that may run alone starts without it.
    let bench = try await Bench(.waitPrimary, goal: .primary) { $0.goal = .primary }
    defer { bench.cleanUp() }
    await bench.server.change { $0.process = .stopped }
    await bench.monitor.set(.unreachable)
    let keeper = try bench.keeper()
    try await bench.pass(8, keeper)
    #expect(await bench.server.shape.process == .running)
    #expect(await bench.server.count("start primary") == 1)
    #expect(try bench.saved().current == .waitPrimary)
  }

  @Test func aServerThatShouldBeStoppedIsStopped() async throws {
    let bench = try await Bench(.demoted)
    defer { bench.cleanUp() }
    await bench.server.change { $0.process = .running }
    try await bench.pass(1, try bench.keeper())
    #expect(await bench.server.shape.process == .stopped)
  }

  @Test func inMaintenanceTheServerIsLeftAlone() async throws {
    let bench = try await Bench(.maintenance)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(5, keeper)
    await bench.server.crash()
    try await bench.pass(30, keeper)
    #expect(await bench.server.calls == [])
  }
}
