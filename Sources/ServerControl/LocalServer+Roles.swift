internal import PostgresClient

extension LocalServer {
  public func createRoles() async throws(ServerError) {
    let limit = limits.statement
    let isStandby = try await withConnection { connection throws(ServerError) in
      try await connection.value("SELECT pg_is_in_recovery()", atMost: limit) == "t"
    }
    // A standby receives its roles from the primary.
    if isStandby { return }
    for database in ["postgres", "template1"] {
      try await withConnection(to: database) { connection throws(ServerError) in
        if database == "postgres" { try await createSystemRoles(connection) }
        try await grantRewind(connection)
      }
    }
    try await createUser()
  }

  private func createSystemRoles(_ connection: LocalConnection) async throws(ServerError) {
    let health = ServerSettings.healthRole
    try await create(
      "CREATE ROLE \(health) LOGIN CONNECTION LIMIT 5", unless: health, connection)
    let replication = ServerSettings.replicationRole
    try await create(
      "CREATE ROLE \(replication) LOGIN REPLICATION", unless: replication, connection)
    guard let password = settings.replicationPassword else { return }
    // The statement spells the password: it goes into no log and no statistics.
    for setting in [
      "log_statement = 'none'", "log_min_duration_statement = -1", "log_duration = off",
      "log_min_error_statement = 'panic'", "pg_stat_statements.track_utility = off",
    ] {
      try await connection.run("SET \(setting)", atMost: limits.statement)
    }
    try await connection.run(
      "ALTER ROLE \(replication) PASSWORD \(Self.literal(password))", atMost: limits.statement)
  }

  /// What `pg_rewind` needs of the role it connects as, in the database it connects to.
  private func grantRewind(_ connection: LocalConnection) async throws(ServerError) {
    let functions = [
      "pg_ls_dir(text, boolean, boolean)", "pg_stat_file(text, boolean)",
      "pg_read_binary_file(text)", "pg_read_binary_file(text, bigint, bigint, boolean)",
    ]
    for function in functions {
      try await connection.run(
        "GRANT EXECUTE ON FUNCTION pg_catalog.\(function) TO \(ServerSettings.replicationRole)",
        atMost: limits.statement)
    }
  }

  /// The user's role and database.
  private func createUser() async throws(ServerError) {
    try await withConnection { connection throws(ServerError) in
      let role = Self.identifier(settings.username)
      if !settings.username.isEmpty {
        try await create("CREATE ROLE \(role) LOGIN", unless: settings.username, connection)
      }
      let known = try await connection.run(
        "SELECT 1 FROM pg_database WHERE datname = $1", [settings.database],
        atMost: limits.statement)
      if !known.isEmpty || settings.database.isEmpty { return }
      let owner = settings.username.isEmpty ? "" : " OWNER \(role)"
      try await tolerating([SQLState.duplicateDatabase, SQLState.uniqueViolation]) {
        () async throws(PostgresError) in
        try await connection.connection.query(
          "CREATE DATABASE \(Self.identifier(settings.database))\(owner)",
          timeout: limits.checkpoint)
      }
    }
  }

  private func create(
    _ statement: String, unless role: String, _ connection: LocalConnection
  ) async throws(ServerError) {
    let known = try await connection.run(
      "SELECT 1 FROM pg_roles WHERE rolname = $1", [role], atMost: limits.statement)
    guard known.isEmpty else { return }
    try await tolerating([SQLState.duplicateObject, SQLState.uniqueViolation]) {
      () async throws(PostgresError) in
      try await connection.connection.query(statement, timeout: limits.statement)
    }
  }

  /// Somebody else may have made the same thing a moment ago.
  private func tolerating(
    _ states: [String], _ work: () async throws(PostgresError) -> [Row]
  ) async throws(ServerError) {
    do {
      _ = try await work()
    } catch {
      if let state = error.sqlState, states.contains(state) { return }
      throw ServerError(local: error)
    }
  }

  /// A name as SQL spells it.
  static func identifier(_ name: String) -> String { "\"" + doubling("\"", in: name) + "\"" }

  /// A text as SQL spells it, whatever `standard_conforming_strings` says.
  static func literal(_ text: String) -> String {
    "E'" + doubling("\\", in: doubling("'", in: text)) + "'"
  }

  private static func doubling(_ mark: Unicode.Scalar, in text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == mark { result.append(scalar) }
      result.append(scalar)
    }
    return String(result)
  }
}
