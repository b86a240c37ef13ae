import MonitorClient
import Testing

@testable import Autoctl

/// Formations come and go.
@Suite struct FormationTests {
  private let uri = "--monitor postgres://autoctl_node@monitor/pg_auto_failover"

  @Test func aFormationIsCreatedAsItIsDescribed() async throws {
    let person = try Person()
    let usual = await person.types("create formation --formation billing \(uri)")
    #expect(usual.status == .success, "\(usual.log)")
    #expect(usual.result.isEmpty)
    let unusual = await person.types(
      """
      create formation --formation archive --kind pgsql --dbname files --disable-secondary --json \
      \(uri)
      """)
    #expect(
      unusual.result == """
        {
          "formation": "archive",
          "kind": "pgsql",
          "dbname": "files",
          "opt_secondary": false,
          "number_sync_standbys": 0
        }

        """)
    _ = await person.types(
      """
      create formation --formation safe --enable-secondary --number-sync-standbys 1 \(uri)
      """)
    #expect(
      person.requests == [
        "create formation billing pgsql postgres true 0",
        "create formation archive pgsql files false 0",
        "create formation safe pgsql postgres true 1",
      ])
  }

  @Test func standbysAreAllowedAndForbidden() async throws {
    let person = try Person(monitor: .init(formations: ["default", "billing"]))
    let allowed = await person.types("enable secondary --formation billing \(uri)")
    #expect(allowed.status == .success && allowed.log.contains("may have standbys from now on"))
    let forbidden = await person.types("disable secondary \(uri)")
    #expect(forbidden.status == .success && forbidden.log.contains("has no standbys"))
    #expect(person.requests == ["standbys billing true", "standbys default false"])
    let unknown = await person.types("disable secondary --formation nonsense \(uri)")
    #expect(unknown.status != .success && unknown.log.contains("nonsense"))
  }

  @Test(arguments: [
    ("create formation", "--formation"),
    ("create formation --formation f --kind citus", "pgsql is the only kind"),
    ("create formation --formation f --number-sync-standbys=-1", "write 0 or a positive number"),
    (
      "create formation --formation f --disable-secondary --number-sync-standbys 1",
      "contradict each other"
    ),
    ("create formation --formation f --disable-secondary --enable-secondary", "secondary"),
  ])
  func whatCannotBeIsSaidAtOnce(line: String, complaint: String) async throws {
    let person = try Person()
    let outcome = await person.types("\(line) \(uri)")
    #expect(outcome.status == .badArguments)
    #expect(outcome.log.contains(complaint), "\(outcome.log)")
    #expect(person.requests.isEmpty)
  }

  @Test func onlyAFormationWithoutNodesIsDropped() async throws {
    let full = try Person(monitor: .init(states: [Nodes.pair]))
    let refused = await full.types("drop formation --formation default \(uri)")
    #expect(refused.status == .monitor)
    #expect(
      refused.messages == [
        "ERROR The formation \"default\" has nodes: ha-demo-a, ha-demo-b.",
        "HINT Drop them first with: pg_autoctl drop node --formation default --name ….",
      ])
    #expect(full.requests.isEmpty)
    let empty = try Person(monitor: .init(formations: ["default", "billing"]))
    let dropped = await empty.types("drop formation --formation billing \(uri)")
    #expect(dropped.status == .success, "\(dropped.log)")
    #expect(empty.requests == ["drop formation billing"])
  }
}
