internal import CLibPQ

extension Connection {
  /// Sends one request and takes all of its answer, until a moment that may have been set before.
  func exchange(
    _ statement: String, timeout: Duration, until end: Deadline? = nil,
    sending send: (OpaquePointer) -> Bool
  ) throws(PostgresError) -> [Row] {
    guard let connection = handle?.pointer else {
      throw PostgresError(
        code: .connectionLost, message: "The connection to \(target.address) is closed.",
        statement: statement)
    }
    let deadline = end ?? Deadline(after: timeout)
    guard send(connection) else { throw lost(connection, during: statement) }
    do {
      try flush(connection, until: deadline, statement)
      return try receive(from: connection, until: deadline, statement)
    } catch {
      switch error {
      case .failure(let error): throw error
      case .timedOut:
        CancelRequest(for: connection)?.send(waiting: .milliseconds(250))
        handle = nil
        throw PostgresError(
          code: .timedOut,
          message: "The server at \(target.address) did not answer within \(timeout.spelled).",
          hint: "The connection was closed, and the server asked to cancel the statement.",
          isServerReached: true, statement: statement)
      }
    }
  }

  /// Why an exchange ended before its answer was complete.
  private enum Interruption: Error {
    case timedOut
    case failure(PostgresError)
  }

  private func flush(
    _ connection: OpaquePointer, until deadline: Deadline, _ statement: String
  ) throws(Interruption) {
    while true {
      let outcome = PQflush(connection)
      if outcome == 0 { return }
      if outcome < 0 { throw .failure(lost(connection, during: statement)) }
      // A server that cannot be written to may first have to be read from.
      let wakening = waitForSocket(of: connection, toRead: true, toWrite: true, until: deadline)
      guard case .ready = wakening else { throw .timedOut }
      guard PQconsumeInput(connection) == 1 else {
        throw .failure(lost(connection, during: statement))
      }
    }
  }

  /// Takes every result up to the end of the answer, so that the connection is ready for the next
  /// request even after an error.
  private func receive(
    from connection: OpaquePointer, until deadline: Deadline, _ statement: String
  ) throws(Interruption) -> [Row] {
    var rows: [Row] = []
    var failure: PostgresError?
    while true {
      while PQisBusy(connection) == 1 {
        let wakening = waitForSocket(of: connection, toRead: true, toWrite: false, until: deadline)
        guard case .ready = wakening else { throw .timedOut }
        guard PQconsumeInput(connection) == 1 else {
          throw .failure(lost(connection, during: statement, because: failure))
        }
      }
      guard let pointer = PQgetResult(connection) else { break }
      let result = ResultHandle(owning: pointer)
      switch result.status {
      case PGRES_TUPLES_OK: rows = result.rows()
      case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
      case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
        handle = nil
        throw .failure(copyRefused(statement))
      default: failure = failure ?? result.error(for: statement)
      }
    }
    guard PQstatus(connection) == CONNECTION_OK else {
      throw .failure(lost(connection, during: statement, because: failure))
    }
    if let failure { throw .failure(failure) }
    return rows
  }

  /// Closes a connection that has ended by itself, and says why.
  func lost(
    _ connection: OpaquePointer, during statement: String?, because failure: PostgresError? = nil
  ) -> PostgresError {
    let text = String(cString: PQerrorMessage(connection)).trimmed
    handle = nil
    let reason =
      failure?.message
      ?? text.split(separator: "\n").map(\.trimmed).filter { !$0.isEmpty }.joined(separator: " ")
    return PostgresError(
      code: .connectionLost,
      message: "The connection to \(target.address) was lost"
        + (reason.isEmpty ? "." : ": \(reason)"),
      sqlState: failure?.sqlState, detail: failure?.detail, hint: failure?.hint,
      statement: statement)
  }

  private func copyRefused(_ statement: String) -> PostgresError {
    PostgresError(
      code: .unexpectedResult,
      message: "The statement began a COPY, which this client does not speak.",
      hint: "The connection was closed.", statement: statement)
  }
}
