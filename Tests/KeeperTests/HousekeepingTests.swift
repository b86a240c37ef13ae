import Failover
import ServerControl
import Synchronization
import Testing

@testable import Keeper

/// Slots and access rules follow the members of the group.
struct HousekeepingTests {
  private let third = GroupMember(id: 3, name: "node_3", host: "10.0.0.3", port: 5432)

  @Test func slotsAreKeptEveryFewSecondsAndSettingsOnlyWhenMembersChange() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(40, keeper)
    #expect(await bench.server.configured.count == 1)
    let kept = await bench.server.slots.count
    #expect(kept >= 4 && kept <= 5)
    #expect(await bench.server.slots.allSatisfy { $0.isPrimary && $0.members.map(\.id) == [2] })

    var moved = await bench.monitor.members
    moved[0].position = LogPosition(bytes: 99)
    await bench.monitor.set(members: moved)
    try await bench.pass(12, keeper)
    // A position is nothing that settings depend on, and all that slots on a standby do.
    #expect(await bench.server.configured.count == 1)
    #expect(await bench.server.slots.last?.members.first?.position == LogPosition(bytes: 99))

    await bench.monitor.set(members: moved + [third])
    try await bench.pass(12, keeper)
    #expect(await bench.server.configured.count == 2)
    #expect(await bench.server.slots.last?.members.map(\.id) == [2, 3])
  }

  @Test func whatTheMonitorKnowsOfTheGroupIsKeptWhenItChanges() async throws {
    let bench = try await Bench(.secondary)
    defer { bench.cleanUp() }
    let kept = Mutex<[String]>([])
    let keeper = try bench.keeper(keepSnapshot: { text in kept.withLock { $0.append(text) } })
    try await bench.pass(25, keeper)
    #expect(kept.withLock { $0 } == ["{}"])
    await bench.monitor.set(snapshot: "{1}")
    try await bench.pass(12, keeper)
    #expect(kept.withLock { $0 } == ["{}", "{1}"])
  }

  @Test func aStandbyKeepsSlotsToo() async throws {
    let bench = try await Bench(.secondary)
    defer { bench.cleanUp() }
    try await bench.pass(2, try bench.keeper())
    #expect(await bench.server.slots.map(\.isPrimary) == [false])
  }

  @Test(arguments: [NodeState.preparePromotion, .demoted, .maintenance, .draining])
  func othersDoNot(state: NodeState) async throws {
    let bench = try await Bench(state)
    defer { bench.cleanUp() }
    try await bench.pass(30, try bench.keeper())
    #expect(await bench.server.slots.isEmpty)
    #expect(await bench.server.configured.isEmpty)
  }

  @Test func whatFailsIsLoggedAndNotFatal() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    await bench.server.fail("slots", ServerError(code: .queryFailed, message: "No more slots."))
    try await bench.pass(40, keeper)
    #expect(bench.log.count(containing: "No more slots.") == 1)
    #expect(await bench.monitor.last?.isRunning == true)
    #expect(await bench.monitor.last?.standbyNames == Bench.names)
    await bench.server.fail("slots", nil)
    try await bench.pass(12, keeper)
    #expect(await bench.monitor.last?.problem == nil)
  }

  @Test func itGivesWayToAnotherGoal() async throws {
    let bench = try await Bench(.secondary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    _ = await bench.server.hold("slots")
    await keeper.round()
    try await until("it keeps house") { await bench.server.calls.last == "slots" }
    await bench.monitor.assign(.preparePromotion)
    await keeper.round()
    try await bench.settle(keeper)
    await keeper.round()
    try await bench.settle(keeper)
    #expect(try bench.saved().current == .preparePromotion)
  }

  @Test func aStandbyWhomFollowingDoesNotHelpSeeksTheWayFromTheBeginning() async throws {
    let bench = try await Bench(.catchingUp)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(25, keeper)
    #expect(await bench.server.count("rejoin") == 0)
    try await bench.pass(30, keeper)
    #expect(await bench.server.count("rejoin") >= 1)
  }

  /// It has stopped its server for that, and a directory that is half rewound cannot simply start.
  @Test func aWayBackThatIsCutShortIsTakenUpAgain() async throws {
    let bench = try await Bench(.catchingUp)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    await bench.server.fail(
      "rejoin", ServerError(code: .timedOut, message: "The action was cut short."))
    try await bench.pass(40, keeper)
    let tries = await bench.server.count("rejoin")
    #expect(tries >= 1)
    await bench.server.crash()
    try await bench.pass(60, keeper)
    #expect(await bench.server.count("rejoin") > tries)
    #expect(await bench.server.count("start standby") == 0)
    // Also with a new keeper.
    await bench.server.fail("rejoin", nil)
    let second = try bench.keeper()
    try await bench.pass(60, second)
    #expect(await bench.server.count("start standby") == 0)
    #expect(await bench.server.shape.process == .running)
    #expect(try bench.saved().mustRejoin == false)
  }

  @Test func aStandbyThatReceivesNothingFollowsAgain() async throws {
    let bench = try await Bench(.secondary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(9, keeper)
    #expect(await bench.server.count("follow") == 0)
    try await bench.pass(12, keeper)
    #expect(await bench.server.count("follow") >= 1)
    await bench.server.set(
      receiver: Receiver(host: "10.0.0.2", port: 5432, isStreaming: true, silence: .zero))
    try await bench.pass(1, keeper)
    let count = await bench.server.count("follow")
    try await bench.pass(40, keeper)
    #expect(await bench.server.count("follow") == count)
  }

  /// The way to the primary may have changed; what fails is tried again until it is written.
  @Test func afterAReloadAStandbyFollowsAnewUntilThatSucceeds() async throws {
    let bench = try await Bench(.secondary)
    defer { bench.cleanUp() }
    await bench.server.set(
      receiver: Receiver(host: "10.0.0.2", port: 5432, isStreaming: true, silence: .zero))
    let keeper = try bench.keeper()
    try await bench.pass(3, keeper)
    #expect(await bench.server.count("follow") == 0)
    await bench.server.fail("follow", ServerError(code: .timedOut, message: "It hangs."))
    await keeper.reload(bench.settings)
    try await bench.pass(25, keeper)
    let tries = await bench.server.count("follow")
    #expect(tries >= 2)
    await bench.server.fail("follow", nil)
    try await bench.pass(12, keeper)
    #expect(await bench.server.count("follow") == tries + 1)
    try await bench.pass(40, keeper)
    #expect(await bench.server.count("follow") == tries + 1)
  }

  @Test func aReloadWritesTheSettingsAgain() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(3, keeper)
    var settings = bench.settings
    settings.partitionTimeout = .seconds(50)
    await keeper.reload(settings)
    try await bench.pass(1, keeper)
    #expect(await bench.server.configured.count == 2)
    await bench.monitor.set(.unreachable)
    try await bench.pass(40, keeper)
    #expect(await bench.server.count("stop") == 0)
  }
}
