import Foundation
import TestSupport
import Testing

/// The quick start guide, from its first command to its last count.
@Suite(.serialized, .cluster(.hosts(diskOfA: 1024)))
struct GuideTests {
  @Test(.timeLimit(.minutes(6)))
  func theGuideWorksFromItsFirstCommandToItsLastCount() async throws {
    let cluster = try Cluster.ofThisTest
    let (a, b) = (cluster.a, cluster.b)

    tell("1. a monitor and two nodes")
    try await cluster.setUp()
    try await showsTheColumnsOfTheGuide(cluster)

    tell("2. a million rows")
    let uri = try await cluster.formationURI()
    try await sql(cluster.app, uri, "create table foo as select generate_series(1,1000000) bar")
    try await eventually("B to count 1,000,000") { try await counts(b, 1_000_000) }

    try await whileClientsWrite(to: cluster, bound: .seconds(12)) { writers in
      tell("3. A's host is powered off")
      let before = try await cluster.lastEvent()
      let watch = try await cluster.monitor.host.start(
        "watch", ["pg_autoctl", "show", "events", "--watch", "--pgdata", cluster.monitor.pgdata])
      try await writers.acknowledged(by: a.host)
      try await a.host.powerOff()
      try await cluster.wait(for: b, toBe: "wait_primary")
      try await writers.acknowledged(by: b.host)
      let status = try await eventually("A to be assigned as in the guide") {
        let status = try await cluster.status(of: a)
        guard ["demoted", "catchingup"].contains(status.assigned) else { throw NotYet("\(status)") }
        return status
      }
      tell("\(status)")
      try await eventually("show events --watch to tell the story") {
        guard watch.log.contains("prepare_promotion"), watch.log.contains("wait_primary") else {
          throw NotYet(watch.log)
        }
      }
      try await watch.signal("TERM")
      let promoted = try await cluster.assignments(of: b, since: before)
      #expect(promoted.passesThrough(["prepare_promotion", "wait_primary"]))
      try await sql(cluster.app, uri, "insert into foo select generate_series(1000001,2000000)")

      tell("4. the disk of A is full")
      try await a.host.fillDisk(at: a.host.folder + "/disk")
      try await a.host.powerOn()
      try await a.startKeeper()
      try await theKeeperSaysWhatIsWrongAndGoesOn(a, cluster)
      try await a.host.freeDisk(at: a.host.folder + "/disk")
      try await cluster.expectReturn(of: a, under: b, within: .seconds(120))
      let returned = try await cluster.assignments(of: a, since: before)
      #expect(returned.passesThrough(["catchingup", "secondary"]))
      try await eventually("A to count 2,000,000") { try await counts(a, 2_000_000) }
    }

    tell("5. a switchover brings A back")
    try await cluster.monitor.succeed(["perform", "switchover"])
    try await cluster.settle(primary: a, standby: b)
    try await eventually("B to count 2,000,000") { try await counts(b, 2_000_000) }
    #expect(try await a.sql("select count(*) from foo") == "2000000")
  }

  private func showsTheColumnsOfTheGuide(_ cluster: Cluster) async throws {
    let table = try await cluster.monitor.succeed(["show", "state"]).output
    for column in [
      "Name", "Port", "Group", "Node", "Current State", "Assigned State", "Host:Port", "TLI: LSN",
      "Connection",
    ] {
      #expect(table.contains(column))
    }
    let uri = try await cluster.formationURI()
    #expect(uri.hasPrefix("postgres://ha-demo-a:5432,ha-demo-b:5432/"))
    #expect(uri.contains("target_session_attrs=read-write"))
  }

  private func sql(_ host: VirtualHost, _ uri: String, _ statement: String) async throws {
    try await host.succeed(
      ["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", uri, "-c", statement],
      environment: ["PGCONNECT_TIMEOUT": "2"], limit: .seconds(120))
  }

  private func counts(_ node: Node, _ expected: Int) async throws {
    let count = try await node.sql("select count(*) from foo")
    guard count == "\(expected)" else { throw NotYet("it counts \(count)") }
  }

  /// The keeper says it in one line and not every second, reports, and goes on.
  private func theKeeperSaysWhatIsWrongAndGoesOn(_ node: Node, _ cluster: Cluster) async throws {
    func complaints() -> [String] {
      node.keeper.log.lines.filter { $0.contains("No space left") || $0.contains("disk is full") }
    }
    try await eventually("the keeper to say that the disk is full", within: .seconds(60)) {
      guard !complaints().isEmpty else { throw NotYet(node.keeper.log) }
    }
    let before = complaints().count
    try await always(for: .seconds(10)) {
      guard !node.keeper.hasEnded else { throw NotYet("the keeper has ended: \(node.keeper.log)") }
    }
    let said = complaints().count - before
    #expect(said <= 3, "it said so \(said) times within ten seconds")
    let status = try await cluster.status(of: node)
    #expect(status.health != 1)
    // The guide's own table.
    #expect(status.reported == "demoted" && status.assigned == "catchingup", "\(status)")
    let events = try await cluster.monitor.succeed(["show", "events", "--count", "50"]).output
    #expect(events.contains("reports a problem"))
  }
}
