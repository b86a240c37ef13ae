internal import CLibPQ

/// For a tool that drives many sessions on one thread: whoever owns them polls their descriptors, and nothing here waits.
extension DirectSession {
  /// Begins to connect: `proceed` goes on when the descriptor can be written to.
  public convenience init(beginning target: ConnectionString) throws(PostgresError) {
    try self.init(owning: PQconnectStart(target.keywordValue))
    guard PQstatus(handle.pointer) != CONNECTION_BAD else { throw unreachable() }
  }

  /// What to poll. It may be another one after each step of connecting.
  public var descriptor: Int32 { PQsocket(handle.pointer) }

  /// What connecting waits for.
  public enum Opening: Sendable {
    case toRead
    case toWrite
    case open
  }

  /// Goes on to connect, once what it waited for has come.
  public func proceed() throws(PostgresError) -> Opening {
    switch PQconnectPoll(handle.pointer) {
    case PGRES_POLLING_OK: return .open
    case PGRES_POLLING_READING: return .toRead
    case PGRES_POLLING_WRITING: return .toWrite
    default: throw unreachable()
    }
  }

  /// Does the session still stand, as far as was read?
  public var stands: Bool { PQstatus(handle.pointer) == CONNECTION_OK }

  /// Sends one statement that is not prepared; `receive` takes the answer.
  public func sendOnce(_ statement: String, _ parameters: [String?] = []) throws(PostgresError) {
    let sent = withCStrings(parameters) { values in
      PQsendQueryParams(
        handle.pointer, statement, Int32(parameters.count), nil, values, nil, nil, 0)
    }
    guard sent == 1 else { throw lost() }
  }

  /// Has the server prepare a statement, which `send` performs once `receive` has taken the answer.
  public func sendPreparation(of statement: String) throws(PostgresError) {
    let name = nextName
    guard PQsendPrepare(handle.pointer, name, statement, 0, nil) == 1 else { throw lost() }
    prepared[statement] = name
  }
}
