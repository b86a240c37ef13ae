import Testing

@testable import Autoctl

/// Every command line of the quick start is understood as it stands there.
@Suite struct GuideTests {
  /// Those that touch a server of this host: a user who is root is told so, which nobody is whose
  /// words were not understood.
  @Test(arguments: [
    """
    create monitor --auth trust --no-ssl --pgdata monitor \
    --pgctl /usr/lib/postgresql/11/bin/pg_ctl
    """,
    """
    create postgres --pgdata ha --auth trust --no-ssl --nodename ha-demo-a \
    --pgctl /usr/lib/postgresql/11/bin/pg_ctl \
    --monitor postgres://autoctl_node@ha-demo-monitor/pg_auto_failover
    """,
    "create postgres --pgdata ha --auth scram-sha-256 --ssl-self-signed --monitor postgres://m --run",
    "run --pgdata ha", "stop --pgdata ha", "stop --fast --pgdata ha",
    "stop --immediate --pgdata ha",
    "reload --pgdata ha", "drop monitor --destroy --pgdata monitor",
  ])
  func aCommandForTheServersOwner(line: String) async throws {
    let outcome = await (try Person()).types(line, userID: 0)
    #expect(outcome.status == .badArguments)
    #expect(
      outcome.messages.first
        == "ERROR pg_autoctl must not run as root, because PostgreSQL does not.", "\(outcome.log)")
    #expect(outcome.messages.last?.hasPrefix("HINT ") == true)
  }

  /// Those that ask the monitor.
  @Test(arguments: [
    "show state --pgdata monitor", "show state --pgdata ./monitor",
    "show events --pgdata ./monitor", "show events --count 5 --pgdata ./monitor",
    "show uri --formation default --pgdata ./monitor",
    "-q show systemd --pgdata monitor", "status --pgdata monitor",
    "perform failover --wait 0 --pgdata monitor",
    "perform switchover --formation default --group 0 --wait 0 --pgdata monitor",
    "perform promotion --name ha-demo-b --wait 0 --pgdata monitor",
    "drop node --name ha-demo-b --wait 0 --pgdata monitor",
    "drop node --hostname 10.0.0.2 --pgport 5432 --wait 0 --pgdata monitor",
    "enable maintenance --name ha-demo-b --wait 0 --pgdata monitor",
    "disable maintenance --name ha-demo-b --wait 0 --pgdata monitor",
    "show standby-names --pgdata monitor", "show settings --pgdata monitor",
    "show why --pgdata monitor", "show rules --pgdata monitor",
    "get formation number-sync-standbys --pgdata monitor",
    "set formation number-sync-standbys 1 --pgdata monitor",
    "get node candidate-priority --name ha-demo-b --pgdata monitor",
    "set node candidate-priority 90 --name ha-demo-b --pgdata monitor",
    "get node replication-quorum --name ha-demo-b --pgdata monitor",
    "set node replication-quorum false --name ha-demo-b --pgdata monitor",
    "create formation --formation billing --dbname billing --pgdata monitor",
    "perform failover --allow-data-loss --yes --wait 0 --pgdata monitor",
    "enable maintenance --name ha-demo-a --without-failover --wait 0 --pgdata monitor",
  ])
  func aCommandForTheMonitor(line: String) async throws {
    let person = try Person(
      monitor: .init(states: [Nodes.pair], uris: ["default": "postgres://a:5432/postgres"]))
    try person.writes(
      """
      [pg_autoctl]
      role = "monitor"
      hostname = "m"
      [postgresql]
      pgdata = "\(person.home)/monitor"
      pg_ctl = "/pg_ctl"
      socket_directory = "\(person.home)"
      """, to: ".config/pg_autoctl\(person.home)/monitor/pg_autoctl.toml")
    try person.writes("15\n", to: "monitor/PG_VERSION")
    let outcome = await person.types(line)
    #expect(outcome.status == (line.hasPrefix("status") ? .badState : .success), "\(outcome.log)")
  }

  @Test func helpIsAResultAndNonsenseIsNot() async throws {
    let person = try Person()
    for line in ["--help", "help", "show --help", "show state --help", "help show"] {
      let outcome = await person.types(line)
      #expect(outcome.status == .success, "\(line)")
      #expect(outcome.result.contains("USAGE: pg_autoctl"), "\(line)")
    }
    for line in ["frobnicate", "show", "show state --frobnicate", "show state --group x"] {
      let outcome = await person.types(line)
      #expect(outcome.status == .badArguments, "\(line)")
      #expect(outcome.result.isEmpty)
      #expect(outcome.log.contains("pg_autoctl"))
    }
  }
}
