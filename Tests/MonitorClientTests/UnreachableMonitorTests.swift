import Failover
import Foundation
import MonitorClient
import PostgresClient
import Testing

extension AgainstAMonitor {
  @Suite struct Unreachable {
    @Test func aRefusedPortIsUnreachable() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor(["port": String(try freePort())])
      for attempt in [
        { _ = try await monitor.formations() },
        {
          _ = try await monitor.waitForChange(of: 1, atMost: .seconds(30))
        },
      ] as [() async throws -> Void] {
        let error = try await refusal { try await attempt() }
        #expect(error.code == .unreachable)
        #expect(error.isWorthRetrying)
        #expect(error.hint != nil)
      }
    }

    @Test func aMuteMonitorIsGivenUpInTime() async throws {
      let fixture = try await MonitorFixture()
      let mute = try MuteListener()
      let monitor = SQLMonitor(
        fixture.target(["port": String(mute.port)]), connectTimeout: .milliseconds(300))
      let start = ContinuousClock.now
      let error = try await refusal { try await monitor.formations() }
      #expect(error.code == .unreachable)
      #expect((.milliseconds(300)..<(.seconds(60))).contains(ContinuousClock.now - start))
    }

    @Test func aMonitorThatOpensNoSessionIsGivenMoreTimeAtEachAttempt() async throws {
      let fixture = try await MonitorFixture()
      let mute = try MuteListener()
      let monitor = SQLMonitor(
        fixture.target(["port": String(mute.port)]), connectTimeout: .milliseconds(100))
      for _ in 1...3 { _ = try await refusal { try await monitor.formations() } }
      // 800 ms, less what the machine needs to begin.
      let start = ContinuousClock.now
      _ = try await refusal { try await monitor.formations() }
      #expect(ContinuousClock.now - start > .milliseconds(400))
    }

    @Test func aCallThatWaitsForALockIsGivenUpAndThenMoreTime() async throws {
      let fixture = try await MonitorFixture()
      let node = try await fixture.single(fixture.monitor())
      let administrator = try await fixture.administrator()
      try await administrator.execute("BEGIN", timeout: .seconds(60))
      try await administrator.query(
        "SELECT pgautofailover.lock_group($1, 0)", [fixture.formation], timeout: .seconds(60))
      let monitor = SQLMonitor(
        fixture.target(), connectTimeout: .seconds(60), callTimeout: .milliseconds(100))
      for limit in [100, 200, 400, 800, 800] {
        let start = ContinuousClock.now
        let error = try await refusal {
          try await monitor.startMaintenance(nodeID: node.assignment.nodeID)
        }
        #expect(error.code == .unreachable)
        #expect(error.message.contains("within \(limit) ms"))
        #expect((.milliseconds(limit)..<(.seconds(60))).contains(ContinuousClock.now - start))
      }
      try await administrator.execute("ROLLBACK", timeout: .seconds(60))
      #expect(try await monitor.formations().contains(fixture.formation))
    }

    @Test func whoCannotBeReachedIsTriedAnewAfterTheSameTime() async throws {
      let fixture = try await MonitorFixture()
      let mute = try MuteListener()
      // Whoever comes when nobody else fits in is not answered at all, as by a host that is gone.
      let crowd = mute.fill()
      defer { for descriptor in crowd { close(descriptor) } }
      let monitor = SQLMonitor(
        fixture.target(["port": String(mute.port)]), connectTimeout: .milliseconds(100))
      for _ in 1...4 {
        let error = try await refusal { try await monitor.formations() }
        #expect(!error.message.contains(" s."), "\(error)")
      }
    }

    @Test func aLostConnectionIsOpenedAgain() async throws {
      let fixture = try await MonitorFixture()
      let name = "lost \(fixture.formation)"
      let monitor = fixture.monitor(named: name)
      try await monitor.connect()
      let administrator = try await fixture.administrator()
      let terminate = """
        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = $1
        """
      try await administrator.query(terminate, [name], timeout: .seconds(10))
      #expect(try await monitor.formations().contains(fixture.formation))

      // Cut it again and again, since nobody can see from here whether the wait has begun.
      let cutting = Task {
        while !Task.isCancelled {
          try await administrator.query(terminate, [name], timeout: .seconds(10))
        }
      }
      let error = try await refusal {
        while true { _ = try await monitor.waitForNotification(atMost: .seconds(30)) }
      }
      cutting.cancel()
      try await cutting.value
      #expect(error.code == .unreachable)
      #expect(try await monitor.formations().contains(fixture.formation))
      await monitor.close()
      #expect(try await monitor.formations().contains(fixture.formation))
    }

    @Test func whatIsNoMonitorIsTold() async throws {
      let fixture = try await MonitorFixture()
      let missing = fixture.monitor(["dbname": "no_such"])
      let noDatabase = try await refusal { try await missing.formations() }
      #expect(noDatabase.code == .notAMonitor)
      #expect(noDatabase.message.contains("no_such"))
      #expect(noDatabase.hint != nil)

      let plain = fixture.monitor(["dbname": "postgres", "user": "postgres"])
      for attempt in [
        { _ = try await plain.formations() },
        { _ = try await plain.register(fixture.registration("a")) },
        { _ = try await plain.currentState(formation: "f") },
        {
          _ = try await plain.nodeActive(
            formation: "f", nodeID: 1, groupID: 0,
            report: NodeReport(state: .single, isRunning: true))
        },
      ] as [() async throws -> Void] {
        let error = try await refusal { try await attempt() }
        #expect(error.code == .notAMonitor)
        #expect(!error.isWorthRetrying)
      }
    }

    @Test func whoIsNotLetInLearnsWhy() async throws {
      let fixture = try await MonitorFixture()
      try await fixture.administrator().execute(
        """
        CREATE ROLE needs_password LOGIN PASSWORD 'right';
        CREATE ROLE turned_away LOGIN;
        CREATE ROLE bystander LOGIN;
        """, timeout: .seconds(5))
      for change in [
        ["user": "needs_password", "password": "wr0ng"], ["user": "turned_away"],
        ["user": "nobody_known"], ["user": "bystander"],
      ] {
        let error = try await refusal { try await fixture.monitor(change).formations() }
        #expect(error.code == .notAllowed, "\(change): \(error)")
        #expect(error.hint != nil)
        #expect(!"\(error)".contains("wr0ng"))
      }
    }
  }
}
