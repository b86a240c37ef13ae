import Foundation
import TestSupport
import Testing

/// Passwords from end to end: monitor, replication, base backup and rewind, over encrypted connections.
@Suite(.serialized, .cluster(.hosts()))
struct PasswordTests {
  private static let monitorPassword = "of-the-monitor"
  private static let replicationPassword = "of-the-replication"

  @Test(.timeLimit(.minutes(4)))
  func aGroupWithPasswordsFailsOverAndShowsThemToNobody() async throws {
    let cluster = try Cluster.ofThisTest
    let security = ["--auth", "scram-sha-256", "--ssl-self-signed", "--pgctl", Paths.pgctl]
    try await cluster.monitor.succeed(["create", "monitor"] + security)
    try await cluster.monitor.startKeeper()
    try await cluster.monitor.sql(
      "alter role autoctl_node password '\(Self.monitorPassword)'", database: "pg_auto_failover")
    for node in cluster.nodes {
      // Each node comes as a role of its own, which may act for it alone.
      let name = node.host.name
      try await cluster.monitor.sql(
        """
        create role "\(name)" login password '\(Self.monitorPassword)';
        select pgautofailover.add_credential('\(name)', 'default', '\(name)')
        """, database: "pg_auto_failover")
      let monitor = "postgres://\(name)@\(cluster.monitor.host.name)/pg_auto_failover"
      let create = ["create", "postgres", "--nodename", node.host.name] + security
      let words = create + ["--pgdata", node.pgdata, "--monitor", monitor]
      let refused = try await node.host.run(["pg_autoctl"] + words)
      #expect(refused.status == ExitCode.monitor && refused.errorOutput.contains("password"))
      let line = "*:*:pg_auto_failover:*:\(Self.monitorPassword)"
      try await node.host.succeed(["sh", "-c", "umask 077; echo '\(line)' >.pgpass"])
      let foreign = try await node.host.run(["pg_autoctl"] + words + ["--name", "another"])
      #expect(foreign.status == ExitCode.monitor && foreign.errorOutput.contains("may act for"))
      let secret = "PG_AUTOCTL_REPLICATION_PASSWORD=\(Self.replicationPassword)"
      try await node.host.succeed(
        ["env", secret, "pg_autoctl"] + words + ["--name", name], limit: .seconds(180))
      try await node.startKeeper()
    }
    try await cluster.settle(primary: cluster.a, standby: cluster.b)
    // Nobody gets in without one, not even from a host of the group.
    for (server, role) in [
      (cluster.a, "pgautofailover_replicator"), (cluster.monitor, "autoctl_node"),
    ] {
      let target = "host=\(server.host.name) user=\(role) dbname=postgres replication=database"
      let refused = try await cluster.b.host.run(
        ["env", "HOME=/nonexistent", "psql", "-Xwc", "select 1", target])
      #expect(refused.status == 2, "\(refused.errorOutput)")
    }

    // What only the old primary has makes it rewind.
    try await cluster.a.sql("create table kept (id int)")
    try await cluster.a.host.cutLink()
    try await cluster.a.sql("set synchronous_commit = local; create table lost (id int)")
    try await cluster.wait(for: cluster.b, toBe: "wait_primary")
    try await cluster.a.host.healLink()
    try await cluster.settle(primary: cluster.b, standby: cluster.a)
    #expect(cluster.a.keeper.log.contains("Rewinding") || cluster.a.keeper.log.contains("rewound"))
    #expect(try await cluster.a.sql("select count(*) from kept") == "0")

    // A role of one node is of no use for another one, nor for the group.
    for words in [
      ["perform", "failover"],
      ["set", "node", "candidate-priority", "10", "--name", cluster.b.host.name],
      ["drop", "node", "--name", cluster.b.host.name, "--force"],
    ] {
      let uri = "postgres://\(cluster.a.host.name)@\(cluster.monitor.host.name)/pg_auto_failover"
      let refused = try await cluster.a.host.run(["pg_autoctl"] + words + ["--monitor", uri])
      #expect(refused.status == ExitCode.monitor, "\(words): \(refused.errorOutput)")
      #expect(
        refused.errorOutput.contains("may act for node \"\(cluster.a.host.name)\""),
        "\(refused.errorOutput)")
    }
    for node in [cluster.monitor] + cluster.nodes { try await requireSecrecy(on: node) }
  }

  /// No process, no log, and no file that others may read tells a password.
  private func requireSecrecy(on node: Node) async throws {
    let secrets = [Self.monitorPassword, Self.replicationPassword]
    let processes = try await node.host.succeed(["ps", "-eww", "-o", "args"], asRoot: true).output
    let files = try await node.host.succeed(
      ["find", ".", "/tmp/pg_autoctl", "-type", "f", "-perm", "/o=r"]).output.lines
    for secret in secrets {
      #expect(!processes.contains(secret))
      #expect(!node.keeper.log.contains(secret) && !node.serverLog.contains(secret))
      for file in files {
        let text = try await node.host.run(["cat", file])
        #expect(text.status == 0 && !text.output.contains(secret), "\(file)")
      }
    }
  }
}
