import Foundation
import PostgresClient
import Testing

/// A PostgreSQL server in a directory of its own that a test starts, stops as it likes, and leaves no
/// trace of. It accepts everybody but `needs_password` (scram) and `turned_away` (no access).
final class ThrowawayServer: Sendable {
  let port: Int
  let directory: String
  private let bin: String

  /// Creates and starts the server, with these lines added to its configuration.
  init(settings: [String] = []) throws {
    bin = try run(["pg_config", "--bindir"])
    port = try freePort()
    directory =
      FileManager.default.temporaryDirectory
      .appendingPathComponent("throwaway-server-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    if getuid() == 0 {
      try run(["chown", "postgres", directory])
    }
    try asServerUser([
      "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C",
      "--no-sync",
    ])
    try prepend(
      """
      host all needs_password 127.0.0.1/32 scram-sha-256
      host all turned_away 127.0.0.1/32 reject

      """, to: "\(data)/pg_hba.conf")
    let lines =
      [
        "port = \(port)", "listen_addresses = '127.0.0.1'", "fsync = off",
        "unix_socket_directories = ''", "max_wal_senders = 4", "wal_level = replica",
      ] + settings
    try append(lines.joined(separator: "\n") + "\n", to: "\(data)/postgresql.conf")
    try start()
  }

  /// Stops the server, also one that is halted, and removes its directory.
  func remove() {
    _ = try? proceed()
    _ = try? stop()
    try? FileManager.default.removeItem(atPath: directory)
  }

  func start() throws {
    try asServerUser(["pg_ctl", "start", "-D", data, "-w", "-t", "60", "-l", "\(directory)/log"])
  }

  func stop() throws {
    try asServerUser(["pg_ctl", "stop", "-D", data, "-m", "immediate", "-w", "-t", "60"])
  }

  /// Halts the postmaster: the kernel still accepts connections, and nobody answers.
  func halt() throws { kill(try postmaster(), SIGSTOP) }

  func proceed() throws { kill(try postmaster(), SIGCONT) }

  /// How to connect, with these values changed or added.
  func target(_ changes: [String: String] = [:]) -> ConnectionString {
    let usual = [
      "host": "127.0.0.1", "port": String(port), "user": "postgres", "dbname": "postgres",
      "sslmode": "disable",
    ]
    return ConnectionString(usual.merging(changes) { _, change in change })
  }

  /// A connection with generous limits.
  func connect(_ changes: [String: String] = [:]) async throws -> Connection {
    try await Connection.open(target(changes), timeout: .seconds(60))
  }

  private var data: String { "\(directory)/data" }

  private func postmaster() throws -> pid_t {
    let file = try String(contentsOfFile: "\(data)/postmaster.pid", encoding: .utf8)
    return try #require(file.split(separator: "\n").first.flatMap { pid_t($0) })
  }

  private func asServerUser(_ command: [String]) throws {
    let program = ["\(bin)/\(command[0])"] + command.dropFirst()
    let drop = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    try run(getuid() == 0 ? drop + program : program, in: directory)
  }
}

private func append(_ text: String, to path: String) throws {
  let old = try String(contentsOfFile: path, encoding: .utf8)
  try overwrite(old + text, at: path)
}

private func prepend(_ text: String, to path: String) throws {
  let old = try String(contentsOfFile: path, encoding: .utf8)
  try overwrite(text + old, at: path)
}

/// In place, so that owner and mode stay.
private func overwrite(_ text: String, at path: String) throws {
  let file = try #require(FileHandle(forWritingAtPath: path))
  defer { try? file.close() }
  try file.truncate(atOffset: 0)
  try file.write(contentsOf: Data(text.utf8))
}

/// A port that nobody listens on now.
func freePort() throws -> Int {
  let listener = try MuteListener()
  return listener.port
}
