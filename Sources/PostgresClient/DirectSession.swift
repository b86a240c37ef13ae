internal import CLibPQ

/// A session that blocks its caller, for a tool that owns its server and does one thing at a time.
///
/// Statements are prepared when they are first performed and kept. It is no actor and has no limits
/// of time; programs that serve people use `Connection`.
public final class DirectSession {
  let handle: ConnectionHandle
  var prepared: [String: String] = [:]

  /// A session that libpq has just begun; see `init(beginning:)`.
  init(owning pointer: OpaquePointer?) throws(PostgresError) {
    guard let pointer else {
      throw PostgresError(code: .unreachable, message: "There is no memory for a connection.")
    }
    handle = ConnectionHandle(owning: pointer)
    PQsetNoticeProcessor(pointer, { _, _ in }, nil)
  }

  /// Connects, and waits for it.
  public convenience init(_ target: ConnectionString) throws(PostgresError) {
    try self.init(owning: PQconnectdb(target.keywordValue))
    guard PQstatus(handle.pointer) == CONNECTION_OK else { throw unreachable() }
  }

  /// The server process that serves this session.
  public var processID: Int { Int(PQbackendPID(handle.pointer)) }

  /// Performs one statement and takes its rows.
  @discardableResult
  public func query(
    _ statement: String, _ parameters: [String?] = []
  ) throws(PostgresError) -> [Row] {
    try send(statement, parameters)
    return try receive(statement)
  }

  /// Performs several statements as one transaction.
  @discardableResult
  public func script(_ statements: String) throws(PostgresError) -> [Row] {
    guard PQsendQuery(handle.pointer, statements) == 1 else { throw lost() }
    return try receive(statements)
  }

  /// Sends one statement without waiting for its answer, which `receive` takes.
  public func send(_ statement: String, _ parameters: [String?] = []) throws(PostgresError) {
    let name = try prepare(statement)
    let sent = withCStrings(parameters) { values in
      PQsendQueryPrepared(
        handle.pointer, name, Int32(parameters.count), values, nil, nil, 0)
    }
    guard sent == 1 else { throw lost() }
  }

  /// Has the statement that was sent been answered? Looks, and does not wait.
  public var isAnswered: Bool {
    guard PQconsumeInput(handle.pointer) == 1 else { return true }
    return PQisBusy(handle.pointer) == 0
  }

  /// Waits for the answer to what was sent.
  public func receive(_ statement: String = "") throws(PostgresError) -> [Row] {
    var rows: [Row] = []
    var failure: PostgresError?
    while let pointer = PQgetResult(handle.pointer) {
      let result = ResultHandle(owning: pointer)
      switch result.status {
      case PGRES_TUPLES_OK: rows = result.rows()
      case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
      default: failure = failure ?? result.error(for: statement)
      }
    }
    guard PQstatus(handle.pointer) == CONNECTION_OK else { throw lost() }
    if let failure { throw failure }
    return rows
  }

  /// What others have said with NOTIFY since the last call.
  public func notifications() -> [ServerNotification] {
    var heard: [ServerNotification] = []
    PQconsumeInput(handle.pointer)
    while let notified = PQnotifies(handle.pointer) {
      defer { PQfreemem(notified) }
      heard.append(
        ServerNotification(
          channel: String(cString: notified.pointee.relname),
          payload: String(cString: notified.pointee.extra)))
    }
    return heard
  }

  var nextName: String { "statement_\(prepared.count)" }

  private func prepare(_ statement: String) throws(PostgresError) -> String {
    if let name = prepared[statement] { return name }
    let name = nextName
    guard let pointer = PQprepare(handle.pointer, name, statement, 0, nil) else { throw lost() }
    let result = ResultHandle(owning: pointer)
    guard result.status == PGRES_COMMAND_OK else { throw result.error(for: statement) }
    prepared[statement] = name
    return name
  }

  func unreachable() -> PostgresError {
    PostgresError(
      code: .unreachable, message: String(cString: PQerrorMessage(handle.pointer)).trimmed)
  }

  func lost() -> PostgresError {
    PostgresError(
      code: .connectionLost,
      message: "The session has ended: \(String(cString: PQerrorMessage(handle.pointer)).trimmed)")
  }
}
