import Foundation
import TestSupport
import Testing

/// A monitor is lost with its disk, and another one takes its place.
@Suite(.serialized, .cluster(.twoNodes))
struct NewMonitorTests {
  /// At the same address, and then at another one: no server is restarted, nobody fails over, clients do
  /// not notice, and ids, names and settings are as they were.
  @Test(.timeLimit(.minutes(6)))
  func aLostMonitorIsReplacedWhileClientsWrite() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let name = try await cluster.status(of: standby).name
    try await cluster.monitor.succeed(
      ["set", "node", "candidate-priority", "70", "--name", name])
    try await cluster.settle(primary: primary, standby: standby)
    let before = try await cluster.state()
    let postmasters = try [primary.postmaster, standby.postmaster]

    try await whileClientsWrite(to: cluster, bound: .seconds(2)) { writers in
      try await writers.acknowledged(by: primary.host)
      try await loseMonitor(of: cluster)
      for node in [standby, primary] {
        try await node.succeed(["disable", "monitor", "--force"])
        let state = try await node.autoctl(["show", "state"])
        #expect(state.status == 3 && state.errorOutput.contains("The monitor is disabled"))
      }
      // For longer than a primary that hears nobody would go on.
      try await always(for: .seconds(8), every: .seconds(1)) {
        try await writers.acknowledged(by: primary.host)
      }
      try await cluster.createMonitor()
      try await cluster.monitor.startKeeper()
      let early = try await standby.autoctl(["enable", "monitor", cluster.monitorURI])
      #expect(early.status == 3 && early.errorOutput.contains("on the primary first"))
      for node in [primary, standby] {
        try await node.succeed(["enable", "monitor", cluster.monitorURI])
      }
      try await cluster.settle(primary: primary, standby: standby)
      try await writers.acknowledged(by: primary.host)
    }
    #expect(try [primary.postmaster, standby.postmaster] == postmasters)
    let after = try await cluster.state()
    #expect(after.map(\.nodeID) == before.map(\.nodeID))
    #expect(after.map(\.name) == before.map(\.name))
    #expect(after.map(\.timeline) == before.map(\.timeline))
    let settings = try await cluster.monitor.succeed(["show", "settings"]).output
    #expect(settings.contains("70"))

    // The new one decides as the old one did.
    try await cluster.monitor.succeed(["perform", "switchover"])
    try await cluster.settle(primary: standby, standby: primary)

    let other = Node(on: cluster.monitor.host, pgdata: "other", port: 6000)
    let uri = "postgres://autoctl_node@\(other.host.name):6000/pg_auto_failover"
    let refused = try await standby.autoctl(["enable", "monitor", uri])
    #expect(refused.status == 3 && refused.errorOutput.contains("still answers"))
    try await whileClientsWrite(to: cluster, bound: .seconds(2)) { writers in
      try await writers.acknowledged(by: standby.host)
      try await loseMonitor(of: cluster)
      try await other.succeed(
        ["create", "monitor", "--auth", "trust", "--no-ssl", "--pgctl", Paths.pgctl]
          + ["--pgport", "6000"])
      try await other.startKeeper()
      for node in [standby, primary] { try await node.succeed(["enable", "monitor", uri]) }
      try await eventually("the new monitor to hear both") {
        let states = try await other.sql(
          """
          select string_agg(reportedstate || '/' || goalstate || '/' || health, ' ' order by nodeid)
          from pgautofailover.node
          """, database: "pg_auto_failover")
        guard states == "secondary/secondary/1 primary/primary/1" else { throw NotYet(states) }
      }
      try await writers.acknowledged(by: standby.host)
    }
  }

  private func loseMonitor(of cluster: Cluster) async throws {
    let host = cluster.monitor.host
    try await cluster.monitor.succeed(["stop", "--immediate"])
    let files = ["monitor", ".config/pg_autoctl", ".local/share/pg_autoctl"]
    try await host.succeed(["rm", "-rf"] + files)
  }
}
