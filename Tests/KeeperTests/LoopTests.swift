import Failover
import ServerControl
import ServiceLifecycle
import Testing

@testable import Keeper

/// What wakes a keeper before its second is over. In these tests time stands still unless they move
/// it, so whatever happens was woken.
struct LoopTests {
  /// Runs a keeper beside a story, and stops it afterwards.
  private func keeping(
    _ bench: Bench, _ story: (KeeperService) async throws -> Void
  ) async throws {
    let keeper = try bench.keeper()
    let end = Task { await keeper.keep() }
    try await until("it has settled") {
      let isIdle = await keeper.isIdle
      return await bench.monitor.reports.count > 0 && isIdle
    }
    do {
      try await story(keeper)
    } catch {
      await keeper.requestStop()
      _ = await end.value
      throw error
    }
    await keeper.requestStop()
    _ = await end.value
    bench.cleanUp()
  }

  @Test func timePassing() async throws {
    let bench = try await Bench(.secondary)
    try await keeping(bench) { _ in
      for count in 2...5 {
        try await until("round \(count)") {
          bench.clock.advance(by: .milliseconds(100))
          return await bench.monitor.reports.count >= count
        }
      }
    }
  }

  @Test func aChangeThatTheMonitorAnnounces() async throws {
    let bench = try await Bench(.secondary)
    try await keeping(bench) { _ in
      await bench.monitor.assign(.preparePromotion)
      try await until("it listens") { await bench.monitor.hasListener }
      await bench.monitor.announceChange()
      // And the new state is reported at once when it is reached.
      try await until("it has detached") {
        await bench.monitor.last?.state == .preparePromotion
      }
    }
  }

  @Test func aStateThatWasJustReported() async throws {
    let bench = try await Bench(.secondary)
    try await keeping(bench) { keeper in
      await bench.monitor.assign(.preparePromotion)
      await keeper.reload(bench.settings)
      try await until("it tells of it again, as it sees it then") {
        await bench.monitor.reports.count { $0.state == .preparePromotion } >= 2
      }
    }
  }

  @Test func theEndOfTheServerProcess() async throws {
    let bench = try await Bench(.primary)
    try await keeping(bench) { _ in
      let count = await bench.monitor.reports.count
      await bench.server.crash()
      try await until("it was started again") { await bench.server.shape.process == .running }
      try await until("and that was reported") {
        let reports = await bench.monitor.reports
        return reports.count > count && reports.last?.isRunning == true
      }
    }
  }

  @Test func aReload() async throws {
    let bench = try await Bench(.primary)
    try await keeping(bench) { keeper in
      let count = await bench.monitor.reports.count
      await keeper.reload(bench.settings)
      try await until("a round follows") { await bench.monitor.reports.count > count }
    }
  }

  @Test func aLostMonitorIsNoReasonToHurry() async throws {
    let bench = try await Bench(.waitPrimary)
    try await keeping(bench) { _ in
      await bench.monitor.set(.unreachable)
      try await until("it has noticed") {
        bench.clock.advance(by: .milliseconds(100))
        return bench.log.count(containing: "cannot be reached") > 0
      }
      let count = await bench.monitor.reports.count
      for _ in 1...1_000 { await Task.yield() }
      #expect(await bench.monitor.reports.count == count)
    }
  }

  @Test func theFenceFiresWhileTheMonitorHangs() async throws {
    let bench = try await Bench(.primary)
    try await keeping(bench) { _ in
      await bench.monitor.set(.silent)
      try await until("it is stopped") {
        bench.clock.advance(by: .milliseconds(100))
        return await bench.server.shape.process == .stopped
      }
      // A slow disk does not keep the server going: the note may come after the stop.
      try await until("it is on disk") { try bench.saved().isFenced }
      #expect(await bench.server.count("start primary") == 0)
      await bench.monitor.set(.answers)
    }
  }

  @Test func aServiceGroupsShutdown() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let keeper = try bench.keeper()
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: keeper, successTerminationBehavior: .gracefullyShutdownGroup)],
        logger: keeper.logger))
    let run = Task { try await group.run() }
    try await until("it reports") { await bench.monitor.reports.count > 0 }
    await group.triggerGracefulShutdown()
    try await run.value
    #expect(await keeper.ending == .stopped)
    #expect(await bench.server.shape.process == .stopped)
  }
}
