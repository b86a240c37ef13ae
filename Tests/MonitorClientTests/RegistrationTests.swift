import Failover
import MonitorClient
import PostgresClient
import Testing

extension AgainstAMonitor {
  @Suite struct RegistrationCalls {
    @Test func theFirstNodeLeadsAndTheSecondWaits() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      let first = try await monitor.register(fixture.registration("a"))
      #expect(first.assignment.goal == .single)
      #expect(first.assignment.groupID == 0)
      #expect(first.assignment.candidatePriority == 50)
      #expect(first.assignment.replicationQuorum)
      #expect(first.name == "a")
      try await fixture.report(first, as: .single, to: monitor)

      var registration = fixture.registration("b")
      registration.name = ""
      registration.candidatePriority = 7
      registration.replicationQuorum = false
      let second = try await monitor.register(registration)
      #expect(second.assignment.goal == .waitStandby)
      #expect(second.assignment.candidatePriority == 7)
      #expect(!second.assignment.replicationQuorum)
      #expect(second.name == "node_\(second.assignment.nodeID)")
    }

    @Test func aNodeThatIsKnownIsNotRegisteredTwice() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      let node = try await fixture.single(monitor)
      var sameAddress = fixture.registration("a")
      sameAddress.name = "other"
      var sameID = fixture.registration("b")
      sameID.desiredNodeID = node.assignment.nodeID
      for twice in [fixture.registration("a", port: 5433), sameAddress, sameID] {
        let error = try await refusal { try await monitor.register(twice) }
        #expect(error.code == .refused(sqlState: SQLState.uniqueViolation))
        #expect(error.hint != nil)
        #expect(!error.isWorthRetrying)
      }
    }

    @Test func theDataOfAnotherClusterIsRefused() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      let node = try await fixture.single(monitor)
      try await monitor.setSystemIdentifier(7_300_000_000_000_000_001, of: node.assignment.nodeID)
      var stranger = fixture.registration("b")
      stranger.systemIdentifier = 7_300_000_000_000_000_002
      let error = try await refusal { try await monitor.register(stranger) }
      #expect(error.code == .refused(sqlState: SQLState.exclusionViolation))
      #expect(error.hint != nil)
      #expect(!error.isWorthRetrying)
    }

    @Test func aGroupWithoutPrimaryIsWorthAnotherTry() async throws {
      let fixture = try await MonitorFixture()
      var never = fixture.registration("a")
      never.candidatePriority = 0
      let error = try await refusal { try await fixture.monitor().register(never) }
      #expect(error.code == .refused(sqlState: SQLState.objectInUse))
      #expect(error.isWorthRetrying)
    }

    @Test func anUnknownFormationIsNamed() async throws {
      let fixture = try await MonitorFixture()
      var lost = fixture.registration("a")
      lost.formation = "nowhere"
      let error = try await refusal { try await fixture.monitor().register(lost) }
      #expect(error.code == .refused(sqlState: SQLState.invalidObjectDefinition))
      #expect(error.message.contains("nowhere"))
    }

    @Test func aNodeIsRenamedAndRemoved() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      let id = try await fixture.single(monitor).assignment.nodeID
      try await monitor.updateNodeMetadata(of: id, name: "renamed", port: 6011)
      let renamed = try #require(
        try await monitor.node(named: "renamed", formation: fixture.formation))
      #expect(renamed.nodeID == id)
      #expect(renamed.port == 6011)
      #expect(renamed.host == fixture.registration("a").host)

      try await monitor.removeNode(host: renamed.host, port: renamed.port, force: false)
      #expect(try await monitor.node(id: id)?.goal == .dropped)
      try await monitor.removeNode(id: id, force: true)
      #expect(try await monitor.node(id: id) == nil)
      for attempt in [
        { try await monitor.removeNode(id: id, force: false) },
        { try await monitor.removeNode(host: renamed.host, port: 6011, force: true) },
        { try await monitor.setSystemIdentifier(5, of: id) },
      ] as [() async throws -> Void] {
        let error = try await refusal { try await attempt() }
        #expect(error.code == .refused(sqlState: SQLState.undefinedObject))
        #expect(error.hint != nil)
      }
    }
  }
}
