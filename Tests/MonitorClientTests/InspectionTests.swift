import Failover
import Foundation
import MonitorClient
import PostgresClient
import Testing

extension AgainstAMonitor {
  @Suite struct Inspection {
    @Test func theStateIsShownAsRowsAndAsJSON() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      _ = try await fixture.single(monitor)
      _ = try await monitor.register(fixture.registration("b", port: 5433))
      for groupID in [nil, 0] {
        let rows = try await monitor.currentState(formation: fixture.formation, groupID: groupID)
        #expect(rows.map(\.name) == ["a", "b"])
        #expect(rows[0].reported == .single)
        #expect(rows[0].formation == fixture.formation)
        #expect(rows[0].formationKind == "pgsql")
        #expect(rows[0].health == .unknown)
        #expect(rows[0].problem == nil)
        #expect(rows[1].port == 5433)
        #expect(rows[1].goal == .waitStandby)
        let json = try await monitor.currentStateJSON(
          formation: fixture.formation, groupID: groupID)
        let parsed = try JSONDecoder().decode([Shown].self, from: Data(json.utf8))
        #expect(parsed.map(\.nodename) == ["a", "b"])
        #expect(parsed[1].goal == "wait_standby")
      }
      #expect(try await monitor.currentState(formation: fixture.formation, groupID: 1).isEmpty)
      let nothing = try await monitor.currentStateJSON(formation: "nowhere")
      #expect(try JSONDecoder().decode([Shown].self, from: Data(nothing.utf8)).isEmpty)
      #expect(try await monitor.formations().contains(fixture.formation))
    }

    @Test func eventsComeOldestFirst() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      let node = try await fixture.single(monitor)
      for groupID in [nil, 0] {
        let events = try await monitor.lastEvents(
          formation: fixture.formation, groupID: groupID, count: 50)
        #expect(events.count >= 2)
        #expect(events.map(\.id) == events.map(\.id).sorted())
        #expect(events.first?.goal == .single)
        #expect(events.last?.reported == .single)
        #expect(events.allSatisfy { $0.nodeID == node.assignment.nodeID && !$0.time.isEmpty })
        #expect(events.allSatisfy { $0.description?.isEmpty == false })
        let newest = try await monitor.lastEvents(
          formation: fixture.formation, groupID: groupID, count: 1)
        #expect(newest == [events[events.count - 1]])
        let json = try await monitor.lastEventsJSON(
          formation: fixture.formation, groupID: groupID, count: 50)
        #expect(try JSONDecoder().decode([Event].self, from: Data(json.utf8)).count == events.count)
      }
    }

    @Test func nodesAreFoundByNameAddressAndID() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      let id = try await fixture.single(monitor).assignment.nodeID
      let named = try await monitor.node(named: "a", formation: fixture.formation)
      #expect(named?.nodeID == id)
      let host = fixture.registration("a").host
      #expect(try await monitor.node(host: host, port: 5432)?.nodeID == id)
      #expect(try await monitor.node(id: id)?.name == "a")
      #expect(try await monitor.node(named: "a", formation: "default") == nil)
      #expect(try await monitor.node(host: host, port: 1) == nil)
    }

    @Test func connectionStringsAreShown() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      #expect(try await monitor.formationURI(formation: fixture.formation) == nil)
      _ = try await fixture.single(monitor)
      let uri = try #require(
        try await monitor.formationURI(
          formation: fixture.formation,
          encryption: ClientEncryption(sslMode: "verify-full", rootCertificate: "/etc/ca.crt")))
      let target = try ConnectionString(parsing: uri)
      #expect(target["host"] == fixture.registration("a").host)
      #expect(target["dbname"] == "app")
      #expect(target["target_session_attrs"] == "read-write")
      #expect(target["sslmode"] == "verify-full")
      #expect(target["sslrootcert"] == "/etc/ca.crt")
      let all = try await monitor.allURIs(monitorURI: "postgres://monitor/")
      #expect(all.first == NamedURI(type: "monitor", name: "monitor", uri: "postgres://monitor/"))
      #expect(all.contains { $0.type == "formation" && $0.name == fixture.formation })
      #expect(!all.contains { $0.uri.isEmpty })
    }

    @Test func rulesExplainThemselves() async throws {
      let fixture = try await MonitorFixture()
      let monitor = fixture.monitor()
      _ = try await fixture.single(monitor)
      let table = try await monitor.ruleExplanation(formation: fixture.formation, groupID: 0)
      #expect(table.columns.contains("because"))
      #expect(table.columns.contains("missing"))
      #expect(!table.rows.isEmpty)
      #expect(table.rows.allSatisfy { $0.count == table.columns.count })
    }

    @Test func theExtensionsVersionIsToldOrItsAbsence() async throws {
      let fixture = try await MonitorFixture()
      let hasFiles = try await fixture.administrator().query(
        "SELECT FROM pg_available_extensions WHERE name = 'pgautofailover'", timeout: .seconds(5))
      let monitor = fixture.monitor()
      if hasFiles.isEmpty {
        let error = try await refusal { try await monitor.extensionVersion() }
        #expect(error.code == .notAMonitor)
        #expect(error.hint != nil)
      } else {
        let version = try await monitor.extensionVersion()
        #expect(!version.provided.isEmpty)
        #expect(version.installed == nil)
      }
    }
  }
}

private struct Shown: Decodable {
  var nodename: String
  var goal: String

  enum CodingKeys: String, CodingKey {
    case nodename
    case goal = "assigned_group_state"
  }
}

private struct Event: Decodable {
  var eventid: Int64
}
