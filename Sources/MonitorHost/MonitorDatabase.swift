internal import Configuration
internal import PostgresClient

/// Statements on the monitor's own server, as its superuser through the socket.
struct MonitorDatabase: Sendable {
  let socketDirectory: String
  let port: Int
  let superuser: String

  /// Performs some work on a connection of its own.
  func connected<Answer: Sendable>(
    to database: String, _ work: (Connection) async throws(PostgresError) -> Answer
  ) async throws(MonitorSetupError) -> Answer {
    let target = ConnectionString([
      "host": socketDirectory, "port": "\(port)", "user": superuser, "dbname": database,
      "application_name": "pg_autoctl",
    ])
    do throws(PostgresError) {
      let connection = try await Connection.open(target, timeout: .seconds(10))
      do throws(PostgresError) {
        let answer = try await work(connection)
        await connection.close()
        return answer
      } catch {
        await connection.close()
        throw error
      }
    } catch {
      throw MonitorSetupError(
        code: .queryFailed, message: "The monitor's server: \(error.message)",
        hint: error.hint ?? error.detail)
    }
  }

  /// The libraries that the server has loaded at its start.
  func preloadedLibraries() async throws(MonitorSetupError) -> [String] {
    let rows = try await connected(to: "postgres") { connection throws(PostgresError) in
      try await connection.query("SHOW shared_preload_libraries", timeout: .seconds(10))
    }
    return (rows.first?[0] ?? "").split(separator: ",").map { name in
      String(name.filter { !$0.isWhitespace && $0 != "\"" })
    }
  }

  /// Does the server find the extension's files?
  func providesExtension() async throws(MonitorSetupError) -> Bool {
    let rows = try await connected(to: "postgres") { connection throws(PostgresError) in
      try await connection.query(
        "SELECT 1 FROM pg_available_extensions WHERE name = 'pgautofailover'",
        timeout: .seconds(10))
    }
    return !rows.isEmpty
  }

  /// Makes the roles and the database, unless they are there.
  func createDatabase() async throws(MonitorSetupError) {
    try await connected(to: "postgres") { connection throws(PostgresError) in
      let owner = MonitorConfiguration.ownerRole
      if try await connection.query(
        "SELECT 1 FROM pg_roles WHERE rolname = $1", [owner], timeout: .seconds(10)
      ).isEmpty {
        try await connection.query("CREATE ROLE \(owner) LOGIN", timeout: .seconds(10))
      }
      let name = MonitorConfiguration.database
      if try await connection.query(
        "SELECT 1 FROM pg_database WHERE datname = $1", [name], timeout: .seconds(10)
      ).isEmpty {
        try await connection.query(
          "CREATE DATABASE \(name) OWNER \(owner) TEMPLATE template0 ENCODING 'UTF8'",
          timeout: .seconds(60))
      }
    }
  }

  /// Creates the extension, or brings it up to the version that is installed on this host. Says the
  /// version before; `nil` when there was none.
  func createExtension() async throws(MonitorSetupError) -> ExtensionChange {
    try await connected(to: MonitorConfiguration.database) { connection throws(PostgresError) in
      let rows = try await connection.query(
        """
        SELECT default_version, installed_version FROM pg_available_extensions
        WHERE name = 'pgautofailover'
        """, timeout: .seconds(10))
      let change = ExtensionChange(
        before: rows.first?["installed_version"], after: rows.first?["default_version"] ?? "")
      if change.before == nil {
        try await connection.query("CREATE EXTENSION pgautofailover", timeout: .seconds(60))
        // What nodes may do, the database's owner may do too.
        try await connection.query(
          "GRANT \(MonitorConfiguration.nodeRole) TO \(MonitorConfiguration.ownerRole)",
          timeout: .seconds(10))
      } else if change.isUpdate {
        try await connection.query("ALTER EXTENSION pgautofailover UPDATE", timeout: .seconds(60))
      }
      return change
    }
  }
}

/// What was done to the extension.
struct ExtensionChange: Sendable, Equatable {
  /// The version before; `nil` when there was none.
  var before: String?
  var after: String

  var isUpdate: Bool { before != nil && before != after }
}
