internal import PostgresClient

/// One local connection that is kept from look to look, and opened anew when it was lost.
actor LocalSession {
  private var connection: Connection?
  private var owner: Postmaster?

  /// Performs a statement within the time, connecting first where needed.
  func rows(
    _ statement: String, of postmaster: Postmaster, as target: ConnectionString,
    atMost limit: Duration
  ) async throws(PostgresError) -> [Row] {
    let end = ContinuousClock.now + limit
    if owner?.id != postmaster.id { await close() }
    if let connection {
      do throws(PostgresError) {
        return try await connection.query(statement, timeout: limit)
      } catch {
        guard error.code == .connectionLost else {
          if error.code == .timedOut { await close() }
          throw error
        }
        await close()
      }
    }
    let remaining = max(end - ContinuousClock.now, .milliseconds(100))
    let opened = try await Connection.open(target, timeout: remaining)
    await close()
    connection = opened
    owner = postmaster
    let rest = max(end - ContinuousClock.now, .milliseconds(100))
    do throws(PostgresError) {
      return try await opened.query(statement, timeout: rest)
    } catch {
      if error.code == .timedOut || error.code == .connectionLost { await close() }
      throw error
    }
  }

  func close() async {
    let old = connection
    connection = nil
    owner = nil
    await old?.close()
  }
}

extension ServerSettings {
  /// The server's unix socket.
  var socketPath: String { "\(socketDirectory)/.s.PGSQL.\(port)" }

  /// How the superuser reaches this server. The session's own commits wait for no standby, so that
  /// what we do to the server cannot hang on replication.
  ///
  /// - Parameter observing: leaves settings as they are for everybody, so that they can be seen.
  func localConnection(
    to postmaster: Postmaster, observing: Bool = false
  ) -> ConnectionString {
    let address =
      ["", "*", "0.0.0.0", "::"].contains(postmaster.listenAddress)
      ? "localhost" : postmaster.listenAddress
    return ConnectionString([
      "host": postmaster.socketDirectory.isEmpty ? address : postmaster.socketDirectory,
      "port": String(postmaster.port), "user": superuser, "dbname": "postgres",
      "application_name": "pg_autoctl", "sslmode": "prefer",
      "options": "-c synchronous_commit=local -c statement_timeout=0 -c lock_timeout=0"
        + (observing ? "" : " -c default_transaction_read_only=off"),
    ])
  }
}

/// A local connection for the time of one action.
struct LocalConnection: Sendable {
  let connection: Connection

  /// Performs a statement and answers with its rows.
  @discardableResult
  func run(
    _ statement: String, _ parameters: [String?] = [], atMost limit: Duration
  ) async throws(ServerError) -> [Row] {
    do {
      return try await connection.query(statement, parameters, timeout: limit)
    } catch {
      throw ServerError(local: error)
    }
  }

  /// The only value of the only row, "" for NULL.
  func value(
    _ statement: String, _ parameters: [String?] = [], atMost limit: Duration
  ) async throws(ServerError) -> String {
    try await run(statement, parameters, atMost: limit).first?[0] ?? ""
  }
}

extension LocalServer {
  /// Takes a local connection for the time of an action, as its superuser: the one that the last action has left, or a
  /// new one; `notRunning` when there is no server. One that is new on purpose is not left to the next action.
  @discardableResult
  func withConnection<Answer: Sendable>(
    to database: String? = nil, isNew: Bool = false,
    _ body: (LocalConnection) async throws(ServerError) -> Answer
  ) async throws(ServerError) -> Answer {
    guard let postmaster = process.postmaster else { throw .notRunning(directory) }
    var target = settings.localConnection(to: postmaster)
    if let database { target["dbname"] = database }
    let isShared = database == nil && !isNew
    let connection: Connection
    do throws(PostgresError) {
      if isShared, let left = await idle.take(to: postmaster) {
        connection = left
      } else {
        connection = try await Connection.open(target, timeout: limits.statement)
      }
    } catch {
      throw ServerError(local: error)
    }
    do throws(ServerError) {
      let answer = try await body(LocalConnection(connection: connection))
      if isShared {
        await idle.keep(connection, to: postmaster)
      } else {
        await connection.close()
      }
      return answer
    } catch {
      await connection.close()
      throw error
    }
  }
}
