import Failover
import Foundation
import MonitorClient
import ServerControl
import Testing

@testable import Keeper

/// What the monitor is told, and what it is not told.
struct ReportTests {
  private func report(
    of state: NodeState, _ change: @Sendable (inout FakeServer.Shape) -> Void
  ) async throws -> NodeReport {
    let bench = try await Bench(state)
    defer { bench.cleanUp() }
    await bench.server.change(change)
    await bench.monitor.set(.unreachable)
    let keeper = try bench.keeper()
    await keeper.round()
    let report = await bench.monitor.last
    try await bench.settle(keeper)
    return try #require(report)
  }

  /// A service manager hears of whoever looks at its server, and of nobody who hangs.
  @Test func aKeeperThatLooksGivesASignOfLife() async throws {
    let bench = try await Bench(.secondary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    #expect(await keeper.signOfLife == nil)
    await keeper.round()
    #expect(await keeper.signOfLife == "secondary")
    bench.clock.advance(by: .seconds(19))
    #expect(await keeper.signOfLife == "secondary")
    bench.clock.advance(by: .seconds(1))
    #expect(await keeper.signOfLife == nil)
    try await bench.settle(keeper)
  }

  @Test func aSteadyPrimaryTellsTheNamesItHolds() async throws {
    var report = try await report(of: .primary) { _ in }
    #expect(report.number != nil)
    report.number = nil
    #expect(
      report
        == NodeReport(
          state: .primary, isRunning: true, timeline: 1, position: LogPosition(bytes: 0x100),
          standbyNames: Bench.names, connected: []))
  }

  /// Commits wait for a lost standby until the monitor no longer hears of it.
  @Test func aStandbyThatAnswersNoMoreIsConnectedForThreeSeconds() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    await bench.server.set(standbys: [
      ConnectedStandby(
        name: "pgautofailover_standby_2", state: "streaming", syncState: "quorum",
        flushed: .unknown, lastReply: "its last")
    ])
    var connected: [[Int64]?] = []
    for _ in 1...5 {
      try await bench.pass(1, keeper)
      connected.append(await bench.monitor.last?.connected)
    }
    #expect(connected == [[2], [2], [2], [2], []])
  }

  @Test(arguments: [NodeState.single, .waitPrimary])
  func aPrimaryThatRunsAloneTellsThatOnceItIsTrue(state: NodeState) async throws {
    #expect(try await report(of: state) { _ in }.standbyNames == "")
    #expect(
      try await report(of: state) { $0.standbyNames = Bench.names }.standbyNames
        == NodeReport.unconfirmedNames)
  }

  @Test func changingSettingsTellsNoNames() async throws {
    #expect(try await report(of: .applySettings) { _ in }.standbyNames == nil)
  }

  @Test func aServerInTheWrongRoleIsNotRunning() async throws {
    let primary = try await report(of: .primary) { $0.isInRecovery = true }
    #expect(primary.isRunning == false && primary.standbyNames == nil)
    #expect(primary.problem?.contains("in recovery") == true)
    let standby = try await report(of: .secondary) { $0.isInRecovery = false }
    #expect(standby.isRunning == false)
    #expect(standby.problem?.contains("takes writes") == true)
  }

  @Test func aMissingDirectoryIsNotRunning() async throws {
    let report = try await report(of: .secondary) { $0.process = .absent }
    #expect(report.isRunning == false)
    #expect(report.problem == "The data directory is missing or empty.")
  }

  @Test func aHungServerIsNotARunningOne() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    await keeper.round()
    try await bench.settle(keeper)
    await bench.server.change { $0.process = .unresponsive }
    var answers: [Bool?] = []
    for _ in 1...6 {
      try await bench.pass(1, keeper)
      answers.append(await bench.monitor.last?.isRunning)
    }
    #expect(answers == [nil, nil, nil, nil, nil, false])
    #expect(await bench.server.count("stop") == 0)
    // It still holds what it had: the last position known.
    #expect(await bench.monitor.last?.position == LogPosition(bytes: 0x100))

    await bench.monitor.assign(.draining)
    try await bench.drive(keeper, to: .draining)
    #expect(await bench.server.calls.contains("checkpoint") == false)
    #expect(await bench.server.count("stop") == 1)
  }

  @Test(arguments: [NodeState.secondary, .catchingUp, .waitMaintenance])
  func aStandbyTellsHowLongItHasHeardNothing(state: NodeState) async throws {
    let bench = try await Bench(state)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    await bench.server.set(
      receiver: Receiver(host: "10.0.0.2", port: 5432, isStreaming: true, silence: .seconds(2)))
    await keeper.round()
    #expect(await bench.monitor.last?.upstreamSilence == .seconds(2))
    // The receiver is gone: what counts is when it was last heard.
    await bench.server.set(receiver: nil)
    try await bench.pass(3, keeper)
    #expect(await bench.monitor.last?.upstreamSilence == .seconds(5))
    await bench.server.set(
      receiver: Receiver(host: "10.0.0.2", port: 5432, isStreaming: false, silence: .zero))
    try await bench.pass(1, keeper)
    #expect(await bench.monitor.last?.upstreamSilence == .seconds(6))
  }

  @Test func silenceCountsFromTheEntryIntoTheState() async throws {
    let bench = try await Bench(.demoted)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(20, keeper)
    await bench.monitor.assign(.catchingUp)
    try await bench.drive(keeper, to: .catchingUp)
    let silence = try #require(await bench.monitor.last?.upstreamSilence)
    #expect(silence <= .seconds(1))
  }

  @Test(arguments: [NodeState.primary, .preparePromotion, .reportLSN, .demoted, .maintenance])
  func whoFollowsNobodyTellsNoSilence(state: NodeState) async throws {
    #expect(try await report(of: state) { _ in }.upstreamSilence == nil)
  }

  @Test func aStateIsOnDiskBeforeItIsReported() async throws {
    let bench = try await Bench(.secondary, goal: .preparePromotion)
    defer { bench.cleanUp() }
    try bench.obstructStateFile()
    let keeper = try bench.keeper()
    try await bench.pass(3, keeper)
    #expect(await bench.server.shape.isAttached == false)
    #expect(await bench.monitor.last?.state == .secondary)
    #expect(await bench.monitor.last?.problem?.contains(bench.file.path) == true)
    #expect(try bench.saved().current == .secondary)

    try bench.clearStateFile()
    try await bench.drive(keeper, to: .preparePromotion)
    #expect(try bench.saved().current == .preparePromotion)
    try await bench.pass(1, keeper)
    #expect(await bench.monitor.last?.problem == nil)
  }

  @Test func aSteadyStateIsNotWrittenAgain() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    // The first round counts this keeper among those that have served the node.
    try await bench.pass(1, keeper)
    let number = try FileManager.default.attributesOfItem(atPath: bench.file.path)[
      .systemFileNumber]
    try await bench.pass(30, keeper)
    let after = try FileManager.default.attributesOfItem(atPath: bench.file.path)[.systemFileNumber]
    #expect(number as? Int == after as? Int)
  }

  @Test func reportsAreNumberedInTheirOrderAlsoOverRestarts() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    var last: Int64 = 0
    for _ in 1...3 {
      let keeper = try bench.keeper()
      for _ in 1...3 {
        try await bench.pass(1, keeper)
        let number = try #require(await bench.monitor.last?.number)
        #expect(number > last)
        last = number
      }
    }
  }

  @Test func anAssignmentWithoutAWayIsReportedAndLoggedOnce() async throws {
    let bench = try await Bench(.demoted, goal: .primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    try await bench.pass(30, keeper)
    let sentence = "there is no way from demoted to primary"
    #expect(await bench.monitor.last?.problem?.contains(sentence) == true)
    #expect(bench.log.count(containing: sentence) == 1)
    #expect(await bench.monitor.reports.count == 30)
    await bench.monitor.assign(.demoted)
    try await bench.pass(2, keeper)
    #expect(await bench.monitor.last?.problem == nil)
  }
}
