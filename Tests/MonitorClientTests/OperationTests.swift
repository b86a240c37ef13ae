import Failover
import MonitorClient
import PostgresClient
import Synchronization
import Testing

extension AgainstAMonitor {
  @Suite struct Operations {
    @Test func aFailoverWithoutACandidateIsRefusedWithReasons() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      _ = try await fixture.single(monitor)
      let alone = try await refusal {
        try await monitor.performFailover(formation: fixture.formation, groupID: 0)
      }
      #expect(alone.code == .refused(sqlState: "XX000"))
      #expect(alone.hint != nil)
      _ = try await monitor.register(fixture.registration("b"))
      let early = try await refusal {
        try await monitor.performPromotion(formation: fixture.formation, nodeName: "b")
      }
      #expect(early.code == .refused(sqlState: SQLState.objectNotInPrerequisiteState))
      #expect(!early.isWorthRetrying)
      let unknown = try await refusal {
        try await monitor.performPromotion(formation: fixture.formation, nodeName: "nobody")
      }
      #expect(unknown.code == .refused(sqlState: SQLState.undefinedObject))
    }

    @Test func promotingThePrimaryIsNothingToDo() async throws {
      let fixture = try await MonitorFixture()
      let heard = Mutex<[String]>([])
      let monitor = SQLMonitor(
        fixture.target(), callTimeout: .seconds(10),
        notices: { notice in heard.withLock { $0.append(notice.message) } })
      _ = try await fixture.single(monitor)
      #expect(
        try await monitor.performPromotion(formation: fixture.formation, nodeName: "a") == false)
      #expect(heard.withLock { $0.count } == 1)
    }

    @Test func maintenanceIsAskedForAndEnded() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      let id = try await fixture.single(monitor).assignment.nodeID
      let alone = try await refusal { try await monitor.startMaintenance(nodeID: id) }
      #expect(alone.code == .refused(sqlState: SQLState.objectNotInPrerequisiteState))
      let never = try await refusal { try await monitor.stopMaintenance(nodeID: id) }
      #expect(never.code == .refused(sqlState: SQLState.objectNotInPrerequisiteState))
      for attempt in [
        { try await monitor.startMaintenance(nodeID: 999_999) },
        { try await monitor.startMaintenance(nodeID: 999_999, withFailover: false) },
        { try await monitor.stopMaintenance(nodeID: 999_999) },
      ] as [() async throws -> Void] {
        let error = try await refusal { try await attempt() }
        #expect(error.code == .refused(sqlState: SQLState.undefinedObject))
      }
    }
  }
}
