import Failover
import MonitorClient
import PostgresClient
import Testing

extension AgainstAMonitor {
  @Suite struct Listening {
    /// A keeper of the first node of a group, which listens.
    private func listeningKeeper(
      _ fixture: MonitorFixture, named name: String? = nil
    ) async throws -> (keeper: SQLMonitor, nodeID: Int64) {
      let node = try await fixture.single(fixture.monitor())
      let keeper = fixture.keeper(named: name)
      #expect(try await keeper.waitForChange(of: node.assignment.nodeID, atMost: .seconds(30)))
      return (keeper, node.assignment.nodeID)
    }

    /// A second node of the group comes into its first state. Only keepers that are heard are woken,
    /// and the first one reports no more: it counts as heard for an hour.
    private func anotherNodeReports(_ fixture: MonitorFixture) async throws {
      let setting = "pgautofailover.node_considered_unhealthy_timeout=1h"
      let monitor = fixture.monitor(["options": "-c \(setting)"])
      let standby = try await monitor.register(fixture.registration("b", port: 5433))
      try await fixture.report(standby, as: .waitStandby, to: monitor)
    }

    @Test func aChangeOfAnotherNodeOfTheGroupEndsTheWait() async throws {
      let fixture = try await MonitorFixture()
      let (keeper, nodeID) = try await listeningKeeper(fixture)
      async let woken = keeper.waitForChange(of: nodeID, atMost: .seconds(30))
      try await anotherNodeReports(fixture)
      #expect(try await woken)
    }

    @Test func whatWasAnnouncedDuringACallIsNotLost() async throws {
      let fixture = try await MonitorFixture()
      let (keeper, nodeID) = try await listeningKeeper(fixture)
      try await anotherNodeReports(fixture)
      _ = try await keeper.nodes(formation: fixture.formation)
      #expect(try await keeper.waitForChange(of: nodeID, atMost: .seconds(10)))
    }

    @Test func changesElsewhereDoNot() async throws {
      let fixture = try await MonitorFixture()
      let (keeper, nodeID) = try await listeningKeeper(fixture)
      let other = try await MonitorFixture()
      _ = try await other.single(other.monitor())
      _ = try await keeper.nodes(formation: fixture.formation)
      #expect(try await keeper.waitForChange(of: nodeID, atMost: .milliseconds(300)) == false)
      // Nor do they come that far.
      #expect(try await keeper.waitForNotification(atMost: .milliseconds(300)) == nil)
    }

    @Test func aNewConnectionMayHaveMissedSomething() async throws {
      let fixture = try await MonitorFixture()
      let (keeper, nodeID) = try await listeningKeeper(fixture)
      #expect(try await keeper.waitForChange(of: nodeID, atMost: .milliseconds(100)) == false)
      await keeper.close()
      #expect(try await keeper.waitForChange(of: nodeID, atMost: .seconds(30)))
      #expect(try await keeper.waitForChange(of: nodeID, atMost: .milliseconds(100)) == false)
    }

    @Test func cancellingTheTaskEndsTheWait() async throws {
      let fixture = try await MonitorFixture()
      let (keeper, nodeID) = try await listeningKeeper(fixture)
      let waiting = Task { try await keeper.waitForChange(of: nodeID, atMost: .seconds(1800)) }
      let start = ContinuousClock.now
      _ = try await keeper.formations()
      waiting.cancel()
      #expect(try await waiting.value == false)
      #expect(ContinuousClock.now - start < .seconds(900))
    }

    @Test func aWatcherHearsEverythingInOrder() async throws {
      let fixture = try await MonitorFixture()
      let watcher = fixture.monitor()
      let node = try await fixture.single(watcher)
      var heard: [MonitorNotification] = []
      while let next = try await watcher.waitForNotification(atMost: .milliseconds(300)) {
        heard.append(next)
      }
      let changes = heard.compactMap { notification -> NodeChange? in
        if case .state(let change) = notification, change.formation == fixture.formation {
          return change
        }
        return nil
      }
      #expect(changes.first?.nodeID == node.assignment.nodeID)
      #expect(changes.first?.reported == .initial)
      #expect(changes.first?.goal == .single)
      #expect(changes.last?.isSettled == true)
      #expect(heard.contains { if case .log = $0 { true } else { false } })
    }

    @Test func oneConnectionServesEverything() async throws {
      let fixture = try await MonitorFixture()
      let name = "pg_autoctl keeper \(fixture.formation)"
      let (keeper, nodeID) = try await listeningKeeper(fixture, named: name)
      try await withThrowingTaskGroup { group in
        for _ in 0..<10 {
          group.addTask { _ = try await keeper.nodes(formation: fixture.formation) }
        }
        group.addTask {
          _ = try await keeper.waitForChange(of: nodeID, atMost: .milliseconds(300))
        }
        try await group.waitForAll()
      }
      let sessions = try await fixture.administrator().query(
        "SELECT FROM pg_stat_activity WHERE application_name = $1", [name], timeout: .seconds(5))
      #expect(sessions.count == 1)
    }
  }
}
