public import PostgresClient

/// What performs the monitor's statements, where that is not a connection of `SQLMonitor`'s own: a
/// simulation puts its network in between.
public protocol MonitorSession: Sendable {
  /// Performs one statement with parameters and takes its rows.
  func query(
    _ statement: String, _ parameters: [String?]
  ) async throws(PostgresError) -> [Row]
}

/// The monitor, asked through its SQL API.
///
/// One connection, opened when first needed and again when lost, serves all calls and listens to the
/// monitor's notifications. Connecting and each call are bounded in time; a call that finds no
/// connection takes both times at most. Nothing is repeated by itself: whether a call whose answer was
/// lost took effect, only its caller can find out.
///
/// A monitor that takes connections and is too busy to answer in time is given twice the time at each attempt, up to
/// eight times: giving up and beginning anew is what would keep it busy, when a thousand keepers return at once.
public actor SQLMonitor: Monitor {
  private let target: ConnectionString
  private let connectTimeout: Duration
  private let callTimeout: Duration
  private let notices: NoticeHandler?
  private let hearsEverything: Bool
  private let session: (any MonitorSession)?
  private var connection: Connection?
  /// The channel of its own that the connection listens to.
  private var channel: String?
  private var opening: Task<Result<Connection, PostgresError>, Never>?
  /// So many times its limit an attempt may take.
  private var patience = 1

  /// - Parameters:
  ///   - target: the monitor's connection string; TCP timeouts are added where it sets none.
  ///   - applicationName: what the monitor's administrators see, such as `pg_autoctl keeper node_1`.
  ///   - connectTimeout: how long opening a connection may take at first.
  ///   - callTimeout: how long one call may take on an open connection at first.
  ///   - hearsEverything: whether it listens to what is said about any node, for `waitForNotification`.
  ///   - notices: called with the monitor's notices and warnings.
  public init(
    _ target: ConnectionString, applicationName: String? = nil,
    connectTimeout: Duration = .seconds(2), callTimeout: Duration = .seconds(3),
    hearsEverything: Bool = true, notices: NoticeHandler? = nil
  ) {
    var target = target.withTCPTimeouts()
    if let applicationName { target["application_name"] = applicationName }
    self.target = target
    self.connectTimeout = connectTimeout
    self.callTimeout = callTimeout
    self.hearsEverything = hearsEverything
    self.notices = notices
    self.session = nil
  }

  /// A monitor that is asked through this session; notifications are its owner's affair.
  public init(through session: any MonitorSession) {
    target = ConnectionString([:])
    connectTimeout = .zero
    callTimeout = .zero
    hearsEverything = false
    notices = nil
    self.session = session
  }

  /// Opens the connection and listens, where it is to hear everything, so that no notification is
  /// missed from here on. Calls do so by themselves.
  public func connect() async throws(MonitorError) {
    _ = try await openConnection()
  }

  public func close() async {
    let pending = opening
    let open = connection
    connection = nil
    await open?.close()
    if case .success(let late)? = await pending?.value {
      if connection === late { connection = nil }
      await late.close()
    }
  }

  /// Performs a statement and takes its rows. One that is repeated is prepared, once a connection.
  func ask(
    _ statement: String, _ parameters: [String?], isRepeated: Bool = false
  ) async throws(MonitorError) -> [Row] {
    if let session {
      do throws(PostgresError) {
        return try await session.query(statement, parameters)
      } catch {
        throw meaning(of: error)
      }
    }
    return try await ask(
      statement, parameters, over: try await openConnection(), isRepeated: isRepeated)
  }

  private func ask(
    _ statement: String, _ parameters: [String?], over connection: Connection,
    isRepeated: Bool = false
  ) async throws(MonitorError) -> [Row] {
    do throws(PostgresError) {
      let rows = try await connection.query(
        statement, parameters, timeout: callTimeout * patience, isRepeated: isRepeated)
      patience = max(1, patience / 2)
      return rows
    } catch {
      takePatience(after: error)
      throw meaning(of: error)
    }
  }

  private func takePatience(after error: PostgresError) {
    patience = error.code == .timedOut && error.isServerReached ? min(8, patience * 2) : 1
  }

  /// Performs a statement and reads each of its rows.
  func askAll<Answer>(
    _ statement: String, _ parameters: [String?], isRepeated: Bool = false,
    eachRow read: (Row) throws(PostgresError) -> Answer
  ) async throws(MonitorError) -> [Answer] {
    let rows = try await ask(statement, parameters, isRepeated: isRepeated)
    var answers: [Answer] = []
    do throws(PostgresError) {
      for row in rows { answers.append(try read(row)) }
    } catch {
      throw meaning(of: error)
    }
    return answers
  }

  /// Performs a statement that answers with exactly one row, and reads it.
  func askOne<Answer>(
    _ statement: String, _ parameters: [String?], isRepeated: Bool = false,
    row read: (Row) throws(PostgresError) -> Answer
  ) async throws(MonitorError) -> Answer {
    let answers = try await askAll(
      statement, parameters, isRepeated: isRepeated, eachRow: read)
    guard let answer = answers.first, answers.count == 1 else {
      throw meaning(
        of: PostgresError(
          code: .unexpectedResult, message: "\(answers.count) rows came instead of one."))
    }
    return answer
  }

  /// Waits for the next notification on the connection that calls use too.
  func notification(atMost limit: Duration) async throws(MonitorError) -> ServerNotification? {
    let connection = try await openConnection()
    do throws(PostgresError) {
      return try await connection.waitForNotification(atMost: limit)
    } catch {
      throw meaning(of: error)
    }
  }

  /// Listens to a channel besides; `false` when the connection did not so far, so that something may have been missed.
  func listen(to channel: String) async throws(MonitorError) -> Bool {
    let connection = try await openConnection()
    if self.channel == channel { return true }
    _ = try await ask("LISTEN \(channel)", [], over: connection)
    if self.connection === connection { self.channel = channel }
    return false
  }

  private func meaning(of error: PostgresError) -> MonitorError {
    MonitorError(error, at: MonitorPlace(target))
  }

  /// The open connection, or a new one; callers at the same time share one attempt.
  private func openConnection() async throws(MonitorError) -> Connection {
    if let connection {
      if await connection.isUsable { return connection }
      if self.connection === connection { self.connection = nil }
    }
    if let connection { return connection }
    let attempt =
      opening
      ?? Task { [target, limit = connectTimeout * patience, hearsEverything, notices] in
        await Self.open(
          target, timeout: limit, hearsEverything: hearsEverything, notices: notices)
      }
    opening = attempt
    let outcome = await attempt.value
    if opening == attempt {
      opening = nil
      switch outcome {
      case .success(let opened):
        connection = opened
        channel = nil
      case .failure(let error): takePatience(after: error)
      }
    }
    switch outcome {
    case .success(let opened): return opened
    case .failure(let error): throw meaning(of: error)
    }
  }

  private static func open(
    _ target: ConnectionString, timeout: Duration, hearsEverything: Bool, notices: NoticeHandler?
  ) async -> Result<Connection, PostgresError> {
    let start = ContinuousClock.now
    do throws(PostgresError) {
      let connection = try await Connection.open(target, timeout: timeout, notices: notices)
      guard hearsEverything else { return .success(connection) }
      // A connection that came late in its time is not given up for that.
      let rest = max(.seconds(1), timeout - (ContinuousClock.now - start))
      try await connection.execute("LISTEN state; LISTEN log", timeout: rest)
      return .success(connection)
    } catch {
      return .failure(error)
    }
  }
}
