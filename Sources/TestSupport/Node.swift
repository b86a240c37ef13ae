internal import Foundation

/// One PostgreSQL server with its `pg_autoctl` files, on a host: the monitor or a node.
public final class Node: Sendable {
  /// Where it runs.
  public let host: VirtualHost
  /// Its data directory, as it is given on the command line; relative to the user's home.
  public let pgdata: String
  /// Its port.
  public let port: Int
  private let label: String

  /// Names a server; nothing is created.
  public init(on host: VirtualHost, pgdata: String, port: Int = 5432) {
    self.host = host
    self.pgdata = pgdata
    self.port = port
    label = "run-" + (pgdata.split(separator: "/").last.map(String.init) ?? "node")
  }

  /// Its data directory from the root on.
  public var directory: String { pgdata.hasPrefix("/") ? pgdata : "\(host.home)/\(pgdata)" }

  /// What its keeper remembers.
  public var stateFile: String {
    "\(host.home)/.local/share/pg_autoctl\(directory)/pg_autoctl.state"
  }

  /// Its service's configuration.
  public var configurationFile: String {
    "\(host.home)/.config/pg_autoctl\(directory)/pg_autoctl.toml"
  }

  // MARK: pg_autoctl

  /// Runs `pg_autoctl WORDS --pgdata …` on its host, whatever its status.
  public func autoctl(_ words: [String], limit: Duration = .seconds(120)) async throws
    -> CommandOutcome
  {
    try await host.run(["pg_autoctl"] + words + ["--pgdata", pgdata], limit: limit)
  }

  /// Runs `pg_autoctl WORDS --pgdata …` on its host; it must succeed.
  @discardableResult
  public func succeed(_ words: [String], limit: Duration = .seconds(120)) async throws
    -> CommandOutcome
  {
    let outcome = try await autoctl(words, limit: limit)
    guard outcome.status == 0 else { throw CommandFailure(outcome: outcome) }
    return outcome
  }

  /// The keeper that was started last.
  public var keeper: BackgroundProcess { BackgroundProcess(host: host, label: label) }

  /// Starts `pg_autoctl run`, as a service manager does when the host boots.
  @discardableResult
  public func startKeeper(environment: [String: String] = [:]) async throws -> BackgroundProcess {
    // `stop` may come back a moment before the service is gone, whose status is not the new one's.
    if !keeper.hasEnded { try await keeper.waitForEnd() }
    let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    return try await host.start(
      label,
      (variables.isEmpty ? [] : ["env"] + variables) + ["pg_autoctl", "run", "--pgdata", pgdata])
  }

  // MARK: PostgreSQL

  /// What the server has printed.
  public var serverLog: String { (try? host.read(directory + "/startup.log")) ?? "" }

  /// The process id of its postmaster, as the host counts.
  public var postmaster: Int {
    get throws {
      let line = try host.read(directory + "/postmaster.pid").lines.first ?? ""
      guard let pid = Int(line) else { throw NotYet("no postmaster in \(directory)") }
      return pid
    }
  }

  /// Tells one data directory from another that has taken its place, as a new copy does.
  public var identityOfDirectory: String {
    get async throws { try await host.succeed(["stat", "-c", "%i", directory]).text }
  }

  /// Runs SQL over the server's own socket, and returns what it printed: a line a row, columns
  /// parted by "|".
  @discardableResult
  public func sql(
    _ statement: String, database: String = "postgres", limit: Duration = .seconds(60)
  ) async throws -> String {
    try await host.succeed(
      ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", "/run/postgresql", "-p", "\(port)"]
        + ["-d", database, "-c", statement], limit: limit
    ).text
  }

  /// Lets applications of these addresses in without password, as an operator would: the tool opens
  /// the server only to what replication needs.
  public func admitApplications(from range: String) async throws {
    let path = directory + "/pg_hba.conf"
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try file.seekToEnd()
    try file.write(contentsOf: Data("host all all \(range) trust\n".utf8))
    try file.close()
    try await sql("select pg_reload_conf()")
  }
}
