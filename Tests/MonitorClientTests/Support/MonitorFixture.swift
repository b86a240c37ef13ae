import Failover
import Foundation
import MonitorClient
import PostgresClient
import Testing

/// Gives a suite a server whose database `pg_auto_failover` holds the monitor's own SQL. The health
/// worker is not there: nobody probes, and nothing happens that a test does not do.
struct MonitorTrait: SuiteTrait, TestScoping {
  @TaskLocal static var current: ThrowawayServer?

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let server = try ThrowawayServer()
    defer { server.remove() }
    let postgres = try await server.connect()
    try await postgres.execute("CREATE DATABASE pg_auto_failover", timeout: .seconds(30))
    let database = try await server.connect(["dbname": "pg_auto_failover"])
    try await database.execute(Self.monitorScript(), timeout: .seconds(30))
    try await Self.$current.withValue(server, operation: function)
  }

  /// The files of the extension's script but `dump.sql`, which only an extension can run, and what the
  /// extension's library does, which is not there.
  private static func monitorScript() throws -> String {
    let sql = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().appendingPathComponent("../../../sql").standardized
    let manifest = try String(
      contentsOf: sql.appendingPathComponent("manifest"), encoding: .utf8)
    let without = ["dump.sql", "predicates/steady_clock.sql", "foresight/release_memory.sql"]
    let names = manifest.split(separator: "\n").map(String.init).filter {
      !$0.hasPrefix("#") && !without.contains($0)
    }
    let files = try names.map { name in
      try String(contentsOf: sql.appendingPathComponent(name), encoding: .utf8)
    }
    return """
      CREATE SCHEMA pgautofailover;
      CREATE FUNCTION pgautofailover.steady_clock() RETURNS timestamptz LANGUAGE sql
      RETURN clock_timestamp();
      CREATE FUNCTION pgautofailover.release_memory() RETURNS void LANGUAGE sql AS '';
      """ + files.joined(separator: "\n;\n")
  }
}

extension Trait where Self == MonitorTrait {
  static var monitor: Self { MonitorTrait() }
}

/// A formation of a test's own on the suite's monitor, and ways to reach it.
struct MonitorFixture {
  let server: ThrowawayServer
  let formation: String

  /// Creates a formation that no other test knows.
  init() async throws {
    server = try #require(MonitorTrait.current)
    formation = "f-\(UUID().uuidString.prefix(8).lowercased())"
    let administrator = try await administrator()
    try await administrator.query(
      "INSERT INTO pgautofailover.formation (formationid, dbname) VALUES ($1, 'app')", [formation],
      timeout: .seconds(60))
  }

  /// How keepers connect.
  func target(_ changes: [String: String] = [:]) -> ConnectionString {
    let usual = ["user": "autoctl_node", "dbname": "pg_auto_failover"]
    return server.target(usual.merging(changes) { _, change in change })
  }

  func monitor(_ changes: [String: String] = [:], named name: String? = nil) -> SQLMonitor {
    SQLMonitor(
      target(changes), applicationName: name, connectTimeout: .seconds(60),
      callTimeout: .seconds(60))
  }

  /// As keepers use it.
  func keeper(named name: String? = nil) -> SQLMonitor {
    SQLMonitor(
      target(), applicationName: name, connectTimeout: .seconds(60), callTimeout: .seconds(60),
      hearsEverything: false)
  }

  /// A session as the superuser in the monitor's database.
  func administrator() async throws -> Connection {
    try await server.connect(["dbname": "pg_auto_failover"])
  }

  func registration(_ name: String, port: Int = 5432) -> Registration {
    Registration(
      formation: formation, host: "\(name).\(formation).example", port: port, database: "app",
      name: name)
  }

  /// A registered first node that has reported as `single`.
  func single(_ monitor: SQLMonitor) async throws -> RegisteredNode {
    let node = try await monitor.register(registration("a"))
    _ = try await report(node, as: .single, to: monitor)
    return node
  }

  @discardableResult
  func report(
    _ node: RegisteredNode, as state: NodeState, to monitor: SQLMonitor
  ) async throws -> Assignment {
    try await monitor.nodeActive(
      formation: formation, nodeID: node.assignment.nodeID, groupID: 0,
      report: NodeReport(
        state: state, isRunning: true, timeline: 1, position: LogPosition(bytes: 0x300_0000)))
  }
}

/// The error that a call must end with.
func refusal(_ operation: () async throws -> Any) async throws -> MonitorError {
  try await #require(throws: MonitorError.self) { _ = try await operation() }
}
