import TestSupport
import Testing

/// The pages of `docs/disasters`, followed to the letter. All tests share one cluster, one after the other;
/// each begins with the group that the pages have before the disaster, and ends with a whole one.
@Suite(.serialized, .cluster(.threeNodes))
struct DisasterTests {}

extension Cluster {
  /// The group of the pages: A is node_1 and the primary, B is node_2, C is node_3; one standby
  /// confirms each commit.
  func groupOfThePages() async throws {
    let (primary, standbys) = try await usualGroup(confirming: 1)
    #expect(try await names() == ["node_1", "node_2", "node_3"])
    guard primary !== a else { return }
    try await monitor.succeed(["perform", "promotion", "--name", "node_1"])
    try await settle(primary: a, standbys: standbys.filter { $0 !== a } + [primary])
  }

  /// The names of the nodes, in the order of the hosts.
  private func names() async throws -> [String] {
    try await state().sorted { $0.host < $1.host }.map(\.name)
  }

  /// So many rows that were acknowledged, in a table of this story's; it waits until these have them.
  func keep(_ count: Int, in table: String, on holders: [Node]) async throws {
    try await app.succeed(
      ["psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-d", try await formationURI(), "-c"]
        + ["create table \(table) as select generate_series(1, \(count)) as number"])
    try await holds(count, in: table, on: holders)
  }

  /// Each of these must have so many rows, none twice.
  func holds(_ count: Int, in table: String, on holders: [Node]) async throws {
    for node in holders {
      try await eventually("\(node.host.name) to have the \(count) rows of \(table)") {
        let found = try await node.sql(
          "select count(*) || ' ' || count(distinct number) from \(table)")
        guard found == "\(count) \(count)" else { throw NotYet(found) }
      }
    }
  }

  /// A client adds a row within some seconds.
  func takesOneMoreRow(in table: String) async throws {
    let uri = try await formationURI()
    let statement = "insert into \(table) select max(number) + 1 from \(table)"
    try await eventually("a client to write", within: .seconds(20)) {
      let outcome = try await app.run(
        ["psql", "-Xq", "-d", uri, "-c", statement],
        environment: ["PGCONNECT_TIMEOUT": "2", "PGOPTIONS": "-c statement_timeout=3s"],
        limit: .seconds(10))
      guard outcome.status == 0, outcome.errorOutput.isEmpty else {
        throw NotYet(outcome.errorOutput)
      }
    }
  }
}
