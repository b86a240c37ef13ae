internal import CLibPQ

/// A session with a PostgreSQL server.
///
/// Each call has a limit of time and keeps it, whatever the server and the network do: libpq is used
/// without blocking, and what remains blocking happens on a queue of the connection's own. Calls take
/// turns; the time of each is counted from its turn. Cancelling a task ends its waiting for
/// notifications at once; statements are not cut off by it, since they are bounded anyway.
public actor Connection {
  private nonisolated let executor: QueueExecutor
  nonisolated let doorbell = Doorbell()
  let target: ConnectionString
  let notices: NoticeReceiver
  var handle: ConnectionHandle?
  /// The repeated statements: the name under which the server has prepared one, or `nil` after its first time.
  private var prepared: [String: String?] = [:]
  private var preparations = 0

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// A connection that is not open yet; see `open`.
  init(_ target: ConnectionString, notices: NoticeHandler?) {
    self.target = target
    self.notices = NoticeReceiver(notices)
    executor = QueueExecutor(label: "postgres-connection")
  }

  /// Performs one statement with parameters `$1`, `$2` …, given as texts or as NULL.
  ///
  /// When the time is over the server is asked to cancel the statement, which may take a quarter of a
  /// second more, the connection is closed, and the error is `timedOut`: whether the statement took
  /// effect is then unknown.
  ///
  /// - Parameter isRepeated: whether the server is to prepare it when it comes again, which saves the server work each
  ///   time after that.
  @discardableResult
  public nonisolated func query(
    _ statement: String, _ parameters: [String?] = [], timeout: Duration, isRepeated: Bool = false
  ) async throws(PostgresError) -> [Row] {
    doorbell.announceCaller()
    return try await isRepeated
      ? performPrepared(statement, parameters, timeout: timeout)
      : performQuery(statement, parameters, timeout: timeout)
  }

  /// Performs one or several statements, without parameters, by the simple protocol, which
  /// replication connections understand too. As in `query` when the time is over.
  public nonisolated func execute(
    _ statements: String, timeout: Duration
  ) async throws(PostgresError) {
    _ = try await simpleQuery(statements, timeout: timeout)
  }

  /// Like `execute`; answers with the rows of the last statement that had any.
  public nonisolated func simpleQuery(
    _ statements: String, timeout: Duration
  ) async throws(PostgresError) -> [Row] {
    doorbell.announceCaller()
    return try await performSimply(statements, timeout: timeout)
  }

  /// Ends the session. Waits for notifications end at once, other calls first come to their end.
  public nonisolated func close() async {
    doorbell.announceCaller()
    await hangUp()
  }

  /// Can calls still succeed? Looks, without waiting, whether the server has ended the session.
  public nonisolated var isUsable: Bool {
    get async {
      doorbell.announceCaller()
      return await stillStands()
    }
  }
}

extension Connection {
  private func performQuery(
    _ statement: String, _ parameters: [String?], timeout: Duration
  ) throws(PostgresError) -> [Row] {
    doorbell.admitCaller()
    try Self.refuseZeroBytes(in: [statement] + parameters.compactMap(\.self))
    return try exchange(statement, timeout: timeout) { connection in
      withCStrings(parameters) { values in
        PQsendQueryParams(
          connection, statement, Int32(parameters.count), nil, values, nil, nil, 0) == 1
      }
    }
  }

  private func performPrepared(
    _ statement: String, _ parameters: [String?], timeout: Duration
  ) throws(PostgresError) -> [Row] {
    doorbell.admitCaller()
    try Self.refuseZeroBytes(in: [statement] + parameters.compactMap(\.self))
    let deadline = Deadline(after: timeout)
    guard let known = prepared[statement] else {
      // Not yet: a server that a thousand clients return to at once is not asked twice by each.
      defer { prepared[statement] = .some(nil) }
      return try performQuery(statement, parameters, timeout: timeout)
    }
    do {
      let name =
        if let known { known } else { try prepare(statement, timeout: timeout, until: deadline) }
      return try exchange(statement, timeout: timeout, until: deadline) { connection in
        withCStrings(parameters) { values in
          PQsendQueryPrepared(connection, name, Int32(parameters.count), values, nil, nil, 0) == 1
        }
      }
    } catch {
      guard Self.outdated.contains(error.sqlState) else { throw error }
      // Nothing of it was performed. The next call prepares it anew.
      prepared[statement] = .some(nil)
      return try performQuery(statement, parameters, timeout: deadline.remaining)
    }
  }

  /// What a prepared statement is answered with whose columns are others since an extension was updated, or that another
  /// statement has removed.
  private static let outdated: [String?] = [
    SQLState.featureNotSupported, SQLState.invalidSQLStatementName,
  ]

  /// Lets the server prepare a statement, under a name that no other has had.
  private func prepare(
    _ statement: String, timeout: Duration, until deadline: Deadline
  ) throws(PostgresError) -> String {
    preparations += 1
    let name = "statement_\(preparations)"
    _ = try exchange(statement, timeout: timeout, until: deadline) { connection in
      PQsendPrepare(connection, name, statement, 0, nil) == 1
    }
    prepared[statement] = name
    return name
  }

  private func performSimply(
    _ statements: String, timeout: Duration
  ) throws(PostgresError) -> [Row] {
    doorbell.admitCaller()
    try Self.refuseZeroBytes(in: [statements])
    return try exchange(statements, timeout: timeout) { PQsendQuery($0, statements) == 1 }
  }

  private func hangUp() {
    doorbell.admitCaller()
    handle = nil
  }

  private func stillStands() -> Bool {
    doorbell.admitCaller()
    guard let connection = handle?.pointer else { return false }
    // A server that ends a session says so, and then hangs up: both may lie in the socket.
    let now = Deadline(after: .zero)
    while case .ready = waitForSocket(of: connection, toRead: true, toWrite: false, until: now) {
      guard PQconsumeInput(connection) == 1 else { break }
      _ = PQisBusy(connection)  // Takes in what was read; notifications are kept.
    }
    if PQstatus(connection) != CONNECTION_OK { handle = nil }
    return handle != nil
  }

  /// A C string would end at the zero byte and silently mean something else.
  private static func refuseZeroBytes(in texts: [String]) throws(PostgresError) {
    guard texts.allSatisfy({ !$0.utf8.contains(0) }) else {
      throw PostgresError(
        code: .queryFailed, message: "A statement or parameter holds a zero byte.")
    }
  }
}
