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
      let create = ["create", "postgres", "--nodename", node.host.name] + security
      let words = create + ["--pgdata", node.pgdata, "--monitor", cluster.monitorURI]
      let refused = try await node.host.run(["pg_autoctl"] + words)
      #expect(refused.status == 6 && refused.errorOutput.contains("password"))
      let line = "*:*:pg_auto_failover:autoctl_node:\(Self.monitorPassword)"
      try await node.host.succeed(["sh", "-c", "umask 077; echo '\(line)' >.pgpass"])
      let secret = "PG_AUTOCTL_REPLICATION_PASSWORD=\(Self.replicationPassword)"
      try await node.host.succeed(["env", secret, "pg_autoctl"] + words, limit: .seconds(180))
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
