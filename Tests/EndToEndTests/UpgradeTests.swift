import Foundation
import TestSupport
import Testing

/// One version's difference between the monitor's extension and the keepers.
@Suite(.serialized, .cluster(.hosts()))
struct UpgradeTests {
  /// Keepers of this version work with the extension of the oldest one; the monitor's restart updates that
  /// under them, while clients write.
  @Test(.timeLimit(.minutes(4)))
  func theExtensionIsUpdatedUnderTheKeepers() async throws {
    let cluster = try Cluster.ofThisTest
    func version() async throws -> String {
      try await cluster.monitor.sql(
        "select extversion from pg_extension where extname = 'pgautofailover'",
        database: "pg_auto_failover")
    }
    try await cluster.createMonitor()
    try await cluster.monitor.startKeeper()
    let newest = try await version()
    try await cluster.monitor.sql(
      "drop extension pgautofailover; create extension pgautofailover version '1.0'",
      database: "pg_auto_failover")
    try await cluster.setUpNodes()
    try await cluster.monitor.succeed(["perform", "switchover"])
    try await cluster.settle(primary: cluster.b, standby: cluster.a)
    #expect(try await version() == "1.0" && newest != "1.0")

    let before = try await cluster.state().map(\.timeline)
    let postmasters = try [cluster.a.postmaster, cluster.b.postmaster]
    try await whileClientsWrite(to: cluster, bound: .seconds(2)) { writers in
      try await writers.acknowledged(by: cluster.b.host)
      try await cluster.monitor.succeed(["restart"])
      try await eventually("the extension to be updated") {
        guard try await version() == newest else { throw NotYet("it is not") }
      }
      try await cluster.settle(primary: cluster.b, standby: cluster.a)
      try await writers.acknowledged(by: cluster.b.host)
    }
    #expect(try await cluster.state().map(\.timeline) == before)
    #expect(try [cluster.a.postmaster, cluster.b.postmaster] == postmasters)
    try await eventually("both keepers to have found the monitor again") {
      let heard = try await cluster.monitor.sql(
        "select bool_and(reporttime > pg_postmaster_start_time()) from pgautofailover.node",
        database: "pg_auto_failover")
      guard heard == "t" else { throw NotYet("not both") }
    }
    // What only this version can: the primary hands its role over before it stops.
    try await cluster.b.succeed(["stop"])
    #expect(cluster.b.keeper.log.contains("Another node takes over before the server stops."))
    try await cluster.b.startKeeper()
    try await cluster.settle(primary: cluster.a, standby: cluster.b)
  }
}
