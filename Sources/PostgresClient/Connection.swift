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
  @discardableResult
  public nonisolated func query(
    _ statement: String, _ parameters: [String?] = [], timeout: Duration
  ) async throws(PostgresError) -> [Row] {
    doorbell.announceCaller()
    return try await performQuery(statement, parameters, timeout: timeout)
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
