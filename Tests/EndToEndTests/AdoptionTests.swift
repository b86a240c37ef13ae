import Foundation
import TestSupport
import Testing

/// Instances that were there before us are taken over with their data.
@Suite(.serialized, .cluster(.hosts()))
struct AdoptionTests {
  @Test(.timeLimit(.minutes(5)))
  func instancesThatWereThereBeforeBecomeMonitorAndNodes() async throws {
    let cluster = try Cluster.ofThisTest
    let (monitor, a, b) = (cluster.monitor, cluster.a, cluster.b)

    tell("an instance becomes the monitor")
    try await monitor.makeInstance()
    try await monitor.pgctl(["start"])
    try await monitor.sql("create table mine as select 1 as one")
    try await cluster.createMonitor()
    try await monitor.startKeeper()
    #expect(try await monitor.sql("select one from mine") == "1")

    tell("a running primary becomes node A")
    try await a.makeInstance()
    try await a.pgctl(["-o", "-c listen_addresses=*", "start"])
    try await a.sql("create table mine as select generate_series(1, 1000) as number")
    let identifier = try await a.systemIdentifier
    try await cluster.create(a)
    try await a.startKeeper()
    try await cluster.wait(for: a, toBe: "single")
    #expect(try await a.systemIdentifier == identifier)
    #expect(try await a.sql("select count(*) from mine") == "1000")

    tell("node B follows it")
    try await cluster.create(b)
    try await b.startKeeper()
    try await cluster.settle(primary: a, standby: b)
    #expect(try await b.sql("select count(*) from mine") == "1000")
  }
}

/// The same with an instance that is stopped.
@Suite(.serialized, .cluster(.hosts()))
struct StoppedAdoptionTests {
  @Test(.timeLimit(.minutes(3)))
  func aStoppedPrimaryIsAdoptedWithItsData() async throws {
    let cluster = try Cluster.ofThisTest
    let node = cluster.a
    try await cluster.createMonitor()
    try await node.makeInstance()
    try await node.pgctl(["start"])
    try await node.sql("create table mine as select generate_series(1, 1000) as number")
    try await node.pgctl(["stop"])
    try await cluster.create(node)
    try await node.startKeeper()
    try await cluster.wait(for: node, toBe: "single")
    #expect(try await node.sql("select count(*) from mine") == "1000")

    tell("an instance of another cluster is none of the group's")
    let foreign = Node(on: cluster.b.host, pgdata: "foreign")
    try await foreign.makeInstance()
    let before = try await cluster.state()
    let refused = try await foreign.autoctl(cluster.createWords(for: foreign))
    #expect(refused.status == ExitCode.monitor)
    #expect(refused.errorOutput.lowercased().contains("system identifier"))
    #expect(try await cluster.state().count == before.count)
  }
}

extension Node {
  /// A plain instance of PostgreSQL that nobody manages yet.
  func makeInstance() async throws {
    try await host.succeed(["\(Paths.postgresPrograms)/initdb", "-D", pgdata, "-A", "trust"])
  }

  /// Runs `pg_ctl` on it.
  func pgctl(_ words: [String]) async throws {
    try await host.succeed([Paths.pgctl, "-D", pgdata, "-l", "server.log", "-w"] + words)
  }

  /// Tells its cluster from every other.
  var systemIdentifier: String {
    get async throws { try await sql("select system_identifier from pg_control_system()") }
  }
}
