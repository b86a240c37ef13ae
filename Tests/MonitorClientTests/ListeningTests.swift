import Failover
import MonitorClient
import PostgresClient
import Testing

extension AgainstAMonitor {
  @Suite struct Listening {
    @Test func aChangeOfTheGroupEndsTheWait() async throws {
      let fixture = try await MonitorFixture()
      let keeper = fixture.monitor()
      try await keeper.connect()
      async let woken = keeper.waitForChange(
        formation: fixture.formation, groupID: 0, atMost: .seconds(30))
      _ = try await fixture.monitor().register(fixture.registration("a"))
      #expect(try await woken)
    }

    @Test func whatWasAnnouncedDuringACallIsNotLost() async throws {
      let fixture = try await MonitorFixture()
      let keeper = fixture.monitor()
      try await keeper.connect()
      _ = try await fixture.monitor().register(fixture.registration("a"))
      _ = try await keeper.nodes(formation: fixture.formation)
      #expect(
        try await keeper.waitForChange(
          formation: fixture.formation, groupID: 0, atMost: .seconds(10)))
    }

    @Test func changesElsewhereAndSentencesDoNot() async throws {
      let fixture = try await MonitorFixture()
      let other = try await MonitorFixture()
      let keeper = fixture.monitor()
      try await keeper.connect()
      _ = try await other.monitor().register(other.registration("a"))
      _ = try await keeper.nodes(formation: fixture.formation)
      #expect(
        try await keeper.waitForChange(
          formation: fixture.formation, groupID: 0, atMost: .milliseconds(300)) == false)
    }

    @Test func aNewConnectionMayHaveMissedSomething() async throws {
      let fixture = try await MonitorFixture()
      let keeper = fixture.monitor()
      #expect(
        try await keeper.waitForChange(
          formation: fixture.formation, groupID: 0, atMost: .seconds(30)))
      #expect(
        try await keeper.waitForChange(
          formation: "nobody's", groupID: 0, atMost: .milliseconds(100)) == false)
    }

    @Test func cancellingTheTaskEndsTheWait() async throws {
      let fixture = try await MonitorFixture()
      let keeper = fixture.monitor()
      try await keeper.connect()
      let waiting = Task {
        try await keeper.waitForChange(
          formation: "nobody's", groupID: 0, atMost: .seconds(1800))
      }
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
      let keeper = fixture.monitor(named: name)
      try await withThrowingTaskGroup { group in
        for _ in 0..<10 {
          group.addTask { _ = try await keeper.nodes(formation: fixture.formation) }
        }
        group.addTask {
          _ = try await keeper.waitForChange(
            formation: fixture.formation, groupID: 0, atMost: .milliseconds(300))
        }
        try await group.waitForAll()
      }
      let sessions = try await fixture.administrator().query(
        "SELECT FROM pg_stat_activity WHERE application_name = $1", [name], timeout: .seconds(5))
      #expect(sessions.count == 1)
    }
  }
}
