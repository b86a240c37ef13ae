import Foundation
import TestSupport
import Testing

/// `--skip-pg-hba`: people write all access rules, and the tool writes none.
@Suite(.serialized, .cluster(.hosts()))
struct HostBasedAccessTests {
  @Test(.timeLimit(.minutes(4)))
  func accessRulesArePeoplesOwn() async throws {
    let cluster = try Cluster.ofThisTest
    let words = ["--skip-pg-hba", "--no-ssl", "--pgctl", Paths.pgctl]
    try await cluster.monitor.succeed(["create", "monitor"] + words)
    try await cluster.monitor.startKeeper()
    func create(_ node: Node) async throws -> CommandOutcome {
      try await node.host.run(
        ["pg_autoctl", "create", "postgres", "--nodename", node.host.name, "--pgdata", node.pgdata]
          + words + ["--monitor", cluster.monitorURI], limit: .seconds(180))
    }

    tell("nobody gets in before there is a rule")
    let refused = try await create(cluster.a)
    #expect(refused.status == ExitCode.monitor)
    #expect(refused.errorOutput.contains("pg_hba.conf"), "\(refused.errorOutput)")
    let ofMonitor = try await allow(
      "host pg_auto_failover autoctl_node samenet trust", on: cluster.monitor)
    let first = try await create(cluster.a)
    try #require(first.status == 0, "\(first.errorOutput)")
    try await cluster.a.startKeeper()
    try await cluster.wait(for: cluster.a, toBe: "single")
    async let created = create(cluster.b)
    try await eventually("the monitor tells that A refuses B") {
      let events = try await cluster.monitor.sql(
        "select description from pgautofailover.event", database: "pg_auto_failover")
      let problem = "no pg_hba.conf entry for host \"\(cluster.b.host.address)\", user"
      guard events.contains(problem) else { throw NotYet(events) }
    }
    let ofNodes = try await allow(
      """
      host replication pgautofailover_replicator samenet trust
      host postgres pgautofailover_replicator,pgautofailover_monitor samenet trust
      """, on: cluster.a)
    let second = try await created
    try #require(second.status == 0, "\(second.errorOutput)")
    #expect(second.errorOutput.contains("pgautofailover_replicator"))
    #expect(second.errorOutput.contains("pg_hba.conf"), "\(second.errorOutput)")
    try await cluster.b.startKeeper()
    try await cluster.settle(primary: cluster.a, standby: cluster.b)

    tell("a failover, the way back, and a reload")
    try await cluster.a.sql("create table kept (id int)")
    try await cluster.a.host.powerOff()
    try await cluster.wait(for: cluster.b, toBe: "wait_primary")
    try await cluster.a.host.powerOn()
    try await cluster.a.startKeeper()
    try await cluster.settle(primary: cluster.b, standby: cluster.a)
    // B's are those of A, from which it was copied.
    for (node, expected) in [
      (cluster.monitor, ofMonitor), (cluster.a, ofNodes), (cluster.b, ofNodes),
    ] {
      try await node.succeed(["reload"])
      #expect(try rules(of: node) == expected)
    }
    try await cluster.settle(primary: cluster.b, standby: cluster.a)
  }

  private func rules(of node: Node) throws -> String {
    try node.host.read("\(node.directory)/pg_hba.conf")
  }

  /// Writes rules as a person does, and has the server read them; returns the whole file.
  private func allow(_ lines: String, on node: Node) async throws -> String {
    let file = "\(node.directory)/pg_hba.conf"
    try await node.host.succeed(["sh", "-c", #"printf '%s\n' "$0" >>"$1""#, lines, file])
    try await node.sql("select pg_reload_conf()")
    return try rules(of: node)
  }
}
