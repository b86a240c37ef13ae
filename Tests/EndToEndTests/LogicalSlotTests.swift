import TestSupport
import Testing

/// What becomes of an application's logical slot when its server is lost.
@Suite(.serialized, .cluster(.twoNodes))
struct LogicalSlotTests {
  @Test(.timeLimit(.minutes(3)))
  func aLogicalSlotSurvivesWhereItCanAndIsToldOfWhereNot() async throws {
    let cluster = try Cluster.ofThisTest
    let (a, b) = (cluster.a, cluster.b)
    for node in cluster.nodes { try await node.sql("alter system set wal_level = logical") }
    for node in cluster.nodes {
      try await node.host.succeed([Paths.pgctl, "-D", node.pgdata, "-W", "-m", "fast", "stop"])
      try await eventually("wal_level is in force") {
        guard try await node.sql("show wal_level") == "logical" else { throw NotYet("replica") }
      }
      try await cluster.settle(primary: a, standby: b)
    }
    let version = try await a.sql("select current_setting('server_version_num')::int / 10000")
    let canSurvive = try #require(Int(version)) >= 17

    tell("a slot that a failover would lose is told beforehand")
    try await a.sql("select pg_create_logical_replication_slot('fragile', 'pgoutput')")
    let remedy = canSurvive ? "create them with failover = true" : "that needs PostgreSQL 17"
    try await eventually("check failover tells of the slot") {
      let told = try await cluster.monitor.autoctl(["check", "failover"])
      guard told.status == 1, told.output.contains("(fragile): \(remedy)") else {
        throw NotYet(told.output)
      }
    }
    try await a.sql("select pg_drop_replication_slot('fragile')")
    guard canSurvive else { return }

    tell("one that was made to survive is kept up to date")
    try await a.sql("create table told (word text)")
    try await a.sql("create publication everything for all tables")
    try await a.sql(
      "select pg_create_logical_replication_slot('durable', 'pgoutput', failover => true)")
    try await eventually("nothing stands in the way of a failover") {
      let told = try await cluster.monitor.autoctl(["check", "failover"])
      guard told.status == 0 else { throw NotYet(told.output) }
    }
    try await isKept(by: b, whileReadOn: a)
    #expect(
      try await a.sql("show synchronized_standby_slots")
        == b.sql("select current_setting('primary_slot_name')"))

    tell("and there after each failover, in both directions")
    try await a.sql("insert into told values ('not-read-on-a')")
    try await a.host.powerOff()
    try await cluster.wait(for: b, toBe: "wait_primary")
    #expect(try await read(on: b).contains("not-read-on-a"))
    try await a.host.powerOn()
    try await a.startKeeper()
    try await cluster.settle(primary: b, standby: a)
    try await isKept(by: a, whileReadOn: b)
    try await b.sql("insert into told values ('not-read-on-b')")
    try await cluster.monitor.succeed(["perform", "failover"])
    try await cluster.settle(primary: a, standby: b)
    let changes = try await read(on: a)
    #expect(changes.contains("not-read-on-b") && !changes.contains("not-read-on-a"))
  }

  /// Waits until the standby keeps the slot, which it begins when a reader has moved it on.
  private func isKept(by standby: Node, whileReadOn primary: Node) async throws {
    let ready = """
      select synced and not temporary from pg_replication_slots where slot_name = 'durable'
      """
    try await eventually("\(standby.host.name) keeps the slot", within: .seconds(90)) {
      try await primary.sql("insert into told values ('read'); checkpoint")
      _ = try await read(on: primary)
      let answer = try await standby.sql(ready)
      guard answer == "t" else { throw NotYet("\"\(answer)\"") }
    }
  }

  /// Reads the slot to its end.
  private func read(on node: Node) async throws -> String {
    try await node.sql(
      """
      select encode(data, 'escape') from pg_logical_slot_get_binary_changes(
        'durable', null, null, 'proto_version', '1', 'publication_names', 'everything')
      """)
  }
}
