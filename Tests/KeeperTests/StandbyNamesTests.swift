import Failover
import ServerControl
import Testing

@testable import Keeper

/// The names that a primary's commits wait for: relaxed by the monitor alone, reported only when held.
struct StandbyNamesTests {
  @Test func namesAreReportedOnceTheyAreConfirmed() async throws {
    let bench = try await Bench(.waitPrimary, goal: .primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    let barrier = await bench.server.hold("confirm '\(Bench.names)'")
    await keeper.round()
    try await until("the names are applied") {
      await bench.server.shape.standbyNames == Bench.names
    }
    await keeper.round()
    #expect(await bench.monitor.last?.state == .waitPrimary)
    #expect(await bench.monitor.last?.standbyNames == NodeReport.unconfirmedNames)
    await barrier.open()
    try await bench.settle(keeper)
    await keeper.round()
    #expect(await bench.monitor.last?.state == .primary)
    #expect(await bench.monitor.last?.standbyNames == Bench.names)
    #expect(try bench.saved().confirmedStandbyNames == Bench.names)
  }

  @Test func aPrimaryWhoseNamesSomebodyRelaxedSetsAndConfirmsThemAgain() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(1, keeper)
    await bench.server.change { $0.standbyNames = "" }
    let barrier = await bench.server.hold("confirm '\(Bench.names)'")
    bench.clock.advance(by: .seconds(1))
    await keeper.round()
    #expect(await bench.monitor.last?.standbyNames == NodeReport.unconfirmedNames)
    #expect(await bench.monitor.last?.problem?.contains("synchronous_standby_names") == true)
    try await until("they are set again") { await bench.server.shape.standbyNames == Bench.names }
    // Set, but what was committed meanwhile is not yet known to be held.
    bench.clock.advance(by: .seconds(1))
    await keeper.round()
    #expect(await bench.monitor.last?.standbyNames == NodeReport.unconfirmedNames)
    await barrier.open()
    try await bench.settle(keeper)
    try await bench.pass(1, keeper)
    #expect(await bench.monitor.last?.standbyNames == Bench.names)
    #expect(await bench.monitor.last?.problem == nil)
  }

  @Test func namesThatWereSetBackButNotConfirmedAreConfirmedAtTheNextTry() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(1, keeper)
    await bench.server.change { $0.standbyNames = "" }
    let confirm = "confirm '\(Bench.names)'"
    await bench.server.fail(confirm, ServerError(code: .timedOut, message: "Nobody confirmed."))
    try await bench.pass(2, keeper)
    #expect(await bench.server.shape.standbyNames == Bench.names)
    #expect(await bench.monitor.last?.standbyNames == NodeReport.unconfirmedNames)
    await bench.server.fail(confirm, nil)
    try await bench.pass(12, keeper)
    #expect(await bench.monitor.last?.standbyNames == Bench.names)
  }

  @Test func namesThatWereRelaxedForAMomentAreConfirmedAgain() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(1, keeper)
    await bench.server.change { $0.standbyNames = "" }
    try await bench.pass(1, keeper)
    #expect(await bench.server.count("confirm '\(Bench.names)'") == 1)
    // Relaxed and put back by somebody else before it is time to act again.
    await bench.server.change { $0.standbyNames = "" }
    await keeper.watch()
    await bench.server.change { $0.standbyNames = Bench.names }
    await keeper.round()
    #expect(await bench.monitor.last?.standbyNames == NodeReport.unconfirmedNames)
    try await bench.pass(4, keeper)
    #expect(await bench.server.count("confirm '\(Bench.names)'") == 2)
    #expect(await bench.monitor.last?.standbyNames == Bench.names)
  }

  @Test(arguments: [NodeState.single, .waitPrimary])
  func aPrimaryThatMayRunAloneIsRelaxedAgain(state: NodeState) async throws {
    let bench = try await Bench(state)
    defer { bench.cleanUp() }
    await bench.server.change { $0.standbyNames = "ANY 1 (somebody)" }
    let keeper = try bench.keeper()
    await keeper.round()
    try await bench.settle(keeper)
    #expect(await bench.server.shape.standbyNames == "")
    try await bench.pass(1, keeper)
    #expect(await bench.monitor.last?.standbyNames == "")
  }

  @Test func whileTheMonitorIsAwayNothingIsRelaxed() async throws {
    let bench = try await Bench(.waitPrimary, goal: .primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    await bench.server.fail(
      "confirm '\(Bench.names)'", ServerError(code: .timedOut, message: "Nobody confirmed."))
    try await bench.pass(1, keeper)
    await bench.monitor.set(.unreachable)
    try await bench.pass(60, keeper)
    #expect(await bench.server.shape.standbyNames == Bench.names)
    #expect(await bench.server.calls.contains("names ''") == false)
  }

  @Test func waitingForConfirmationEndsAtOnceWhenTheMonitorRelaxes() async throws {
    let bench = try await Bench(.waitPrimary, goal: .primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    _ = await bench.server.hold("confirm '\(Bench.names)'")
    await keeper.round()
    try await until("it waits") { await bench.server.calls.last == "confirm '\(Bench.names)'" }
    await bench.monitor.assign(.waitPrimary)
    await keeper.round()
    try await bench.settle(keeper)
    await keeper.round()
    try await bench.settle(keeper)
    #expect(await bench.server.shape.standbyNames == "")
  }

  @Test func changedSettingsAreConfirmedUnderTheNewNames() async throws {
    let bench = try await Bench(.primary, goal: .applySettings)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.drive(keeper, to: .applySettings)
    #expect(await bench.monitor.last?.standbyNames == nil)
    let names = "ANY 1 (pgautofailover_standby_2, pgautofailover_standby_3)"
    await bench.monitor.set(names: names)
    await bench.monitor.assign(.primary)
    try await bench.drive(keeper, to: .primary)
    #expect(await bench.monitor.last?.standbyNames == names)
    #expect(await bench.server.calls.contains("confirm '\(names)'"))
  }

  /// What another primary needs to commit says nothing about our commits: with those names in force a
  /// standby that still follows us could confirm what the other one never gets.
  @Test func theNamesOfAnotherPrimaryAreNotTaken() async throws {
    let bench = try await Bench(.applySettings, goal: .primary)
    defer { bench.cleanUp() }
    await bench.monitor.set(names: nil)
    let keeper = try bench.keeper()
    let before = await bench.server.shape.standbyNames
    try await bench.pass(3, keeper)
    #expect(await bench.server.shape.standbyNames == before)
    #expect(await bench.server.calls.contains { $0.hasPrefix("confirm") } == false)
    #expect(await bench.monitor.last?.state == .applySettings)
    await bench.monitor.set(names: Bench.names)
    try await bench.drive(keeper, to: .primary)
    #expect(await bench.server.calls.contains("confirm '\(Bench.names)'"))
  }

  @Test func aPrimaryThatMayNotTellItsNamesAsksAndConfirms() async throws {
    let bench = try await Bench(.primary) { $0.confirmedStandbyNames = nil }
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(2, keeper)
    #expect(try bench.saved().confirmedStandbyNames == Bench.names)
    #expect(await bench.monitor.last?.standbyNames == Bench.names)
  }
}
