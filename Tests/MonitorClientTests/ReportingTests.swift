import Failover
import MonitorClient
import PostgresClient
import Testing

extension AgainstAMonitor {
  @Suite struct Reporting {
    @Test func aReportIsKeptAndAnswered() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      let first = try await fixture.single(monitor)
      let second = try await monitor.register(fixture.registration("b"))
      let report = NodeReport(
        state: .waitStandby, isRunning: nil, timeline: 3,
        position: LogPosition(bytes: 0x16_B374_D848),
        upstreamSilence: .seconds(4) + .microseconds(2500), problem: "it's \"full\"")
      let assigned = try await monitor.nodeActive(
        formation: fixture.formation, nodeID: second.assignment.nodeID, groupID: 0, report: report)
      #expect(assigned.nodeID == second.assignment.nodeID)
      let known = try #require(try await monitor.node(id: assigned.nodeID))
      #expect(known.reported == .waitStandby)
      #expect(known.timeline == 3)
      #expect(known.position == report.position)
      #expect(known.problem == report.problem)
      #expect(known.reportAge < .seconds(60))
      #expect(known.goal == assigned.goal)

      let answer = try await fixture.report(first, as: .single, to: monitor)
      #expect(answer.goal == .waitPrimary)
    }

    @Test func extremeReportsAreTaken() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      let node = try await fixture.single(monitor)
      let report = NodeReport(
        state: .single, isRunning: false, timeline: 0, position: .unknown, syncState: "quorum",
        standbyNames: "ANY 1 (pgautofailover_standby_2)",
        upstreamSilence: .seconds(Int64.max / 2))
      let answer = try await monitor.nodeActive(
        formation: fixture.formation, nodeID: node.assignment.nodeID, groupID: 0, report: report)
      #expect(answer.nodeID == node.assignment.nodeID)
    }

    @Test func aNodeThatIsUnknownLearnsIt() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      var node = try await fixture.single(monitor)
      let elsewhere = try await refusal {
        try await monitor.nodeActive(
          formation: "default", nodeID: node.assignment.nodeID, groupID: 0,
          report: NodeReport(state: .single, isRunning: true))
      }
      #expect(elsewhere.code == .refused(sqlState: SQLState.invalidObjectDefinition))
      node.assignment.nodeID = 999_999
      let unknown = try await refusal { try await fixture.report(node, as: .single, to: monitor) }
      #expect(unknown.code == .refused(sqlState: SQLState.undefinedObject))
    }

    @Test func theGroupIsListed() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      let first = try await fixture.single(monitor).assignment.nodeID
      let second = try await monitor.register(fixture.registration("b", port: 5433))
      let others = try await monitor.otherNodes(of: second.assignment.nodeID)
      #expect(
        others == [
          GroupMember(
            id: first, name: "a", host: fixture.registration("a").host, port: 5432,
            position: LogPosition(bytes: 0x300_0000), isPrimary: true)
        ])
      let primary = try await monitor.primary(formation: fixture.formation, groupID: 0)
      #expect(primary.id == first)
      #expect(primary.isPrimary)
      let nodes = try await monitor.nodes(formation: fixture.formation)
      #expect(nodes.map(\.name) == ["a", "b"])
      #expect(try await monitor.nodes(formation: fixture.formation, groupID: 1).isEmpty)
      let names = try await monitor.synchronousStandbyNames(
        formation: fixture.formation, groupID: 0)
      #expect(names == "" || names.hasPrefix("ANY "))
      let own = try await monitor.standbyNames(
        ofPrimary: first, formation: fixture.formation, groupID: 0)
      #expect(own == names)
      let foreign = try await monitor.standbyNames(
        ofPrimary: second.assignment.nodeID, formation: fixture.formation, groupID: 0)
      #expect(foreign == nil)
    }
  }
}
