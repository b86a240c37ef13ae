import Failover
import MonitorClient
import ServerControl
import Testing

@testable import Keeper

/// A stop in order: a primary first gives its role to a standby.
struct HandOverTests {
  /// A keeper that reports its state, and what it ends with.
  private func running(_ bench: Bench) async throws -> (KeeperService, Task<KeeperEnd, Never>) {
    let keeper = try bench.keeper()
    let end = Task { await keeper.keep() }
    try await until("it reports") { await bench.monitor.reports.count > 0 }
    try await until("it was answered") { await keeper.isMonitorAnswering }
    return (keeper, end)
  }

  @Test func aPrimaryStopsWhenItsSuccessorIsChosen() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let (keeper, end) = try await running(bench)
    await bench.monitor.set(goalAfterHandingOver: .draining)
    await keeper.handOverAndStop()
    try await until("it has stopped its server for the successor") {
      bench.clock.advance(by: .milliseconds(100))
      return await bench.monitor.last?.state == .draining
    }
    #expect(await keeper.ending == nil)
    await bench.monitor.assign(.demoted)
    try await until("it ends") {
      bench.clock.advance(by: .milliseconds(100))
      return await keeper.ending != nil
    }
    #expect(await end.value == .stopped)
    #expect(try bench.saved().current == .demoted)
    #expect(await bench.server.shape.process == .stopped)
    #expect(await bench.monitor.calls.count { $0 == "handOver" } == 1)
  }

  @Test(arguments: [true, false])
  func aRefusedHandOverStopsAtOnceAndSaysWhy(isPrimary: Bool) async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let (keeper, end) = try await running(bench)
    if isPrimary { await bench.monitor.set(.refuses(sqlState: "55000")) }
    await keeper.handOverAndStop()
    #expect(await end.value == .stopped)
    #expect(try bench.saved().current == .primary)
    #expect(await bench.server.shape.process == .stopped)
    #expect(
      bench.log.count(containing: "Nobody takes over before the server stops.")
        == (isPrimary ? 1 : 0))
  }

  @Test(arguments: [NodeState.secondary, .single, .demoted, .catchingUp])
  func whoeverIsNoPrimaryOfSeveralStopsAtOnce(state: NodeState) async throws {
    let bench = try await Bench(state)
    defer { bench.cleanUp() }
    let (keeper, end) = try await running(bench)
    await keeper.handOverAndStop()
    #expect(await end.value == .stopped)
    #expect(await bench.monitor.calls.contains("handOver") == false)
  }

  @Test func aPrimaryWhoseMonitorIsAwayStopsAtOnce() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let (keeper, end) = try await running(bench)
    await bench.monitor.set(.unreachable)
    await keeper.round()
    await keeper.handOverAndStop()
    #expect(await end.value == .stopped)
    #expect(await bench.server.shape.process == .stopped)
  }

  @Test func itWaitsForASuccessorOnlySoLong() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let (keeper, end) = try await running(bench)
    await bench.monitor.set(goalAfterHandingOver: .draining)
    await keeper.handOverAndStop()
    let begin = bench.clock.now
    try await until("it ends") {
      bench.clock.advance(by: .milliseconds(100))
      return await keeper.ending != nil
    }
    #expect(begin.duration(to: bench.clock.now) >= bench.settings.handOverLimit)
    #expect(await end.value == .stopped)
    #expect(bench.log.count(containing: "Nobody has taken over within 30 s") == 1)
  }

  @Test func aSuccessorThatIsLostEndsTheWait() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let (keeper, end) = try await running(bench)
    await bench.monitor.set(goalAfterHandingOver: .draining)
    await keeper.handOverAndStop()
    try await until("it has stopped its server for the successor") {
      bench.clock.advance(by: .milliseconds(100))
      return await bench.monitor.last?.state == .draining
    }
    await bench.monitor.assign(.waitPrimary)
    try await until("it ends") {
      bench.clock.advance(by: .milliseconds(100))
      return await keeper.ending != nil
    }
    #expect(await end.value == .stopped)
    #expect(await bench.server.shape.process == .stopped)
    #expect(bench.log.count(containing: "Nobody has taken over: the server stays stopped") == 1)
  }

  @Test func aStopThatDoesNotWaitEndsTheWait() async throws {
    let bench = try await Bench(.primary)
    defer { bench.cleanUp() }
    let (keeper, end) = try await running(bench)
    await bench.monitor.set(goalAfterHandingOver: .draining)
    await keeper.handOverAndStop()
    await keeper.requestStop()
    #expect(await end.value == .stopped)
    #expect(await bench.server.shape.process == .stopped)
  }
}
