internal import CLibPQ
internal import Dispatch
internal import Synchronization

extension Connection {
  /// Opens a session; with several hosts the first that accepts, each with its share of the time.
  ///
  /// `notices` is called for the server's notices and warnings, which are dropped without it.
  public static func open(
    _ target: ConnectionString, timeout: Duration, notices: NoticeHandler? = nil
  ) async throws(PostgresError) -> Connection {
    _ = try ConnectionString(parsing: target.keywordValue)
    let connection = Connection(target, notices: notices)
    // Resolving a name is the one thing that libpq does without a limit. Should it take too long, we
    // go on without the attempt; it ends by itself and is closed.
    let failure = await withCheckedContinuation { continuation in
      let first = FirstAnswer(continuation)
      Task {
        do throws(PostgresError) {
          try await connection.connect(timeout: timeout)
          first.give(nil)
        } catch {
          first.give(error)
        }
      }
      let patience = Int(Deadline(after: timeout + .seconds(1)).milliseconds)
      DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(patience)) {
        first.give(.connecting(to: target, tookLongerThan: timeout))
      }
    }
    if let failure { throw failure }
    return connection
  }

  private func connect(timeout: Duration) throws(PostgresError) {
    let deadline = Deadline(after: timeout)
    let attempts = target.eachHost
    var failures: [PostgresError] = []
    for (index, attempt) in attempts.enumerated() {
      do throws(PostgresError) {
        return try connect(to: attempt, within: deadline.remaining / (attempts.count - index))
      } catch {
        handle = nil
        failures.append(error)
      }
    }
    throw Self.summary(of: failures)
  }

  /// Connects to one host.
  private func connect(
    to target: ConnectionString, within limit: Duration
  ) throws(PostgresError) {
    let deadline = Deadline(after: limit)
    var parameters = target.parameters
    parameters["client_encoding"] = parameters["client_encoding"] ?? "UTF8"
    let keywords = parameters.keys.sorted()
    let started = withCStrings(keywords + [nil]) { names in
      withCStrings(keywords.map { parameters[$0] } + [nil]) { values in
        PQconnectStartParams(names, values, 0)
      }
    }
    guard let connection = started else {
      throw PostgresError(code: .unreachable, message: "There is no memory for a connection.")
    }
    handle = ConnectionHandle(owning: connection)
    notices.attach(to: connection)
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
    var step = PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
    while step != PGRES_POLLING_OK {
      guard step != PGRES_POLLING_FAILED else {
        throw PostgresError.connecting(to: target, failed: connection)
      }
      let wakening = waitForSocket(
        of: connection, toRead: step == PGRES_POLLING_READING,
        toWrite: step == PGRES_POLLING_WRITING, until: deadline)
      guard case .ready = wakening else {
        var failure = PostgresError.connecting(to: target, tookLongerThan: limit)
        failure.isServerReached = PQstatus(connection) != CONNECTION_STARTED
        throw failure
      }
      step = PQconnectPoll(connection)
    }
    PQsetErrorVerbosity(connection, PQERRORS_DEFAULT)
    guard PQsetnonblocking(connection, 1) == 0 else { throw lost(connection, during: nil) }
  }

  /// One error for all hosts: the code of the last one, and what each of them said.
  private static func summary(of failures: [PostgresError]) -> PostgresError {
    guard var last = failures.last else {
      return PostgresError(code: .badConnectionString, message: "There is no host to connect to.")
    }
    guard failures.count > 1 else { return last }
    var messages: [String] = []
    for failure in failures {
      let message =
        failure.message.hasSuffix(".")
        ? String(failure.message.dropLast()) : failure.message
      if !messages.contains(message) { messages.append(message) }
    }
    last.message = messages.joined(separator: "; ")
    return last
  }
}

/// Passes on the first of two answers to the one who waits, and drops the other.
private final class FirstAnswer: Sendable {
  private let waiting: Mutex<CheckedContinuation<PostgresError?, Never>?>

  init(_ continuation: CheckedContinuation<PostgresError?, Never>) {
    waiting = Mutex(continuation)
  }

  func give(_ answer: PostgresError?) {
    let continuation = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
    continuation?.resume(returning: answer)
  }
}
