import Failover
import MonitorClient
import PostgresClient
import Testing

extension AgainstAMonitor {
  /// What is waited for, and what an operator can force.
  @Suite struct Foresight {
    @Test func aGroupWithAWriterWaitsForNothing() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      _ = try await fixture.single(monitor)
      #expect(
        try await monitor.electionWait(formation: fixture.formation, groupID: 0).isEmpty)
      #expect(try await monitor.electionWait(formation: "nowhere", groupID: 0).isEmpty)
    }

    @Test func aSingleNodeHasNobodyToTakeOver() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      _ = try await fixture.single(monitor)
      let outlook = try await monitor.failoverOutlook(formation: fixture.formation, groupID: 0)
      #expect(outlook.map(\.lostNode) == ["a"])
      #expect(outlook.first?.leader == nil && outlook.first?.mayLose != nil)
      for happening in Happening.allCases where happening != .switchover {
        let steps = try await monitor.whatIf(
          happening, to: "a", formation: fixture.formation, groupID: 0)
        #expect(steps.allSatisfy { $0.becomes != "primary" })
      }
      let nobody = try await refusal {
        try await monitor.whatIf(.lost, to: "x", formation: fixture.formation, groupID: 0)
      }
      #expect(nobody.hint != nil)
    }

    @Test func nothingIsForcedWhileThePrimaryLives() async throws {
      let fixture = try await MonitorFixture()
      // one instant for every call: a slow machine would let the primary's report grow old
      let monitor = fixture.monitor(["options": "-c pgautofailover.test_clock=2026-01-01T12:00:00Z"]
      )
      _ = try await fixture.single(monitor)
      let loss = try await monitor.whatMayBeLost(formation: fixture.formation, groupID: 0)
      #expect(!loss.isEmpty)
      let alone = try await refusal {
        try await monitor.forceFailover(
          formation: fixture.formation, groupID: 0, decidedBy: "ada@desk")
      }
      #expect(alone.code == .refused(sqlState: SQLState.objectNotInPrerequisiteState))
      _ = try await monitor.register(fixture.registration("b"))
      let alive = try await refusal {
        try await monitor.forceFailover(
          formation: fixture.formation, groupID: 0, decidedBy: "ada@desk")
      }
      #expect(alive.code == .refused(sqlState: SQLState.objectNotInPrerequisiteState))
      #expect(alive.message.contains("alive") && alive.hint != nil)
    }

    @Test func everyFactThatARuleNamesHasAMeaning() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      let facts = try await monitor.facts()
      #expect(facts.values.allSatisfy { !$0.isEmpty })
      let rules = try await monitor.rules()
      let requires = try #require(rules.columns.firstIndex(of: "requires"))
      for row in rules.rows {
        for name in (row[requires] ?? "").split(whereSeparator: { "{},".contains($0) }) {
          #expect(facts[String(name)] != nil, "\(name)")
        }
      }
      let positions = rules.rows.compactMap { $0.first ?? nil }.compactMap { Int($0) }
      #expect(positions.count > 50 && positions == positions.sorted())
    }
  }
}
