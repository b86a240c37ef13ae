import Failover
import MonitorClient
import PostgresClient
import Testing

extension AgainstAMonitor {
  /// What operators set for formations and nodes, and read again.
  @Suite struct Settings {
    @Test func aPriorityIsSetAndReadAgain() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      _ = try await fixture.single(monitor)
      try await monitor.setCandidatePriority(
        7, formation: fixture.formation, nodeName: "a")
      let row = try await monitor.currentState(formation: fixture.formation, groupID: 0).first
      #expect(row?.candidatePriority == 7)
      let never = try await refusal {
        try await monitor.setCandidatePriority(
          101, formation: fixture.formation, nodeName: "a")
      }
      #expect(never.code == .refused(sqlState: SQLState.invalidParameterValue))
      #expect(never.hint != nil)
      let nobody = try await refusal {
        try await monitor.setCandidatePriority(
          1, formation: fixture.formation, nodeName: "nobody")
      }
      #expect(nobody.code == .refused(sqlState: SQLState.undefinedObject))
    }

    @Test func theQuorumIsSetAndReadAgain() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      _ = try await fixture.single(monitor)
      _ = try await monitor.register(fixture.registration("b"))
      let nobody = try await refusal {
        try await monitor.setReplicationQuorum(
          false, formation: fixture.formation, nodeName: "nobody")
      }
      #expect(nobody.code == .refused(sqlState: SQLState.undefinedObject))
      try await monitor.setReplicationQuorum(
        false, formation: fixture.formation, nodeName: "b")
      let rows = try await monitor.currentState(formation: fixture.formation, groupID: 0)
      #expect(rows.map(\.replicationQuorum) == [true, false])
    }

    @Test func settingsComeInTheOrderOfTheirContexts() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      _ = try await fixture.single(monitor)
      let rows = try await monitor.formationSettings(formation: fixture.formation)
      #expect(rows.map(\.context) == ["formation", "primary", "node", "node"])
      #expect(rows[0].groupID == nil && rows[0].name == fixture.formation)
      #expect(rows[1].setting == "synchronous_standby_names" && rows[1].value == "''")
      #expect(rows[2].setting == "candidate priority" && rows[2].nodeID != nil)
      #expect(try await monitor.formationSettings(formation: "nowhere").isEmpty)
    }

    @Test func aFormationComesAndGoes() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      let name = fixture.formation + "-2"
      try await monitor.createFormation(
        FormationDefinition(name: name, database: "app", numberSyncStandbys: 1))
      #expect(try await monitor.formations().contains(name))
      #expect(try await monitor.numberSyncStandbys(formation: name) == 1)
      let again = try await refusal {
        try await monitor.createFormation(FormationDefinition(name: name))
      }
      #expect(again.code == .refused(sqlState: SQLState.uniqueViolation))
      try await monitor.allowStandbys(false, in: name)
      #expect(try await monitor.numberSyncStandbys(formation: name) == 0)
      try await monitor.allowStandbys(true, in: name)
      try await monitor.dropFormation(name)
      #expect(try await !monitor.formations().contains(name))
      _ = try await fixture.single(monitor)
      let full = try await refusal { try await monitor.dropFormation(fixture.formation) }
      #expect(full.code == .refused(sqlState: SQLState.foreignKeyViolation))
    }

    @Test func moreStandbysThanThereAreCannotConfirm() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      _ = try await fixture.single(monitor)
      #expect(try await monitor.numberSyncStandbys(formation: fixture.formation) == 0)
      #expect(try await monitor.numberSyncStandbys(formation: "nowhere") == nil)
      for (number, formation) in [(1, fixture.formation), (-1, fixture.formation), (0, "nowhere")] {
        let error = try await refusal {
          try await monitor.setNumberSyncStandbys(number, formation: formation)
        }
        #expect(error.code == .refused(sqlState: SQLState.invalidParameterValue))
        #expect(error.hint != nil)
      }
    }
  }
}
