internal import CLibPQ

/// What another session said with NOTIFY on a channel that this one listens to.
public struct ServerNotification: Sendable, Equatable {
  public var channel: String
  public var payload: String

  public init(channel: String, payload: String) {
    self.channel = channel
    self.payload = payload
  }
}

extension Connection {
  /// Waits for the next notification; `nil` when the time is over or the task cancelled.
  ///
  /// Those that arrived during other calls come first. Other calls need not wait for this one: they
  /// are performed in between. Throws `connectionLost` when the session ends, also by `close`.
  public nonisolated func waitForNotification(
    atMost limit: Duration
  ) async throws(PostgresError) -> ServerNotification? {
    let deadline = Deadline(after: limit)
    while true {
      switch try await listen(until: deadline).get() {
      case .notified(let notification): return notification
      case .over: return nil
      case .interrupted: await Task.yield()
      }
    }
  }

  /// How one turn of listening ended.
  private enum Turn {
    case notified(ServerNotification)
    case over
    /// Another call waits for its turn.
    case interrupted
  }

  private func listen(until deadline: Deadline) async -> Result<Turn, PostgresError> {
    await withTaskCancellationHandler {
      Result { () throws(PostgresError) in try takeNotification(until: deadline) }
    } onCancel: {
      doorbell.ring()
    }
  }

  private func takeNotification(until deadline: Deadline) throws(PostgresError) -> Turn {
    guard let connection = handle?.pointer else {
      throw PostgresError(
        code: .connectionLost, message: "The connection to \(target.address) is closed.")
    }
    while true {
      // Rings are forgotten before their reasons are looked at, so that none is missed.
      doorbell.quiet()
      let stands = PQconsumeInput(connection) == 1
      if let notified = PQnotifies(connection) {
        defer { PQfreemem(notified) }
        return .notified(
          ServerNotification(
            channel: String(cString: notified.pointee.relname),
            payload: String(cString: notified.pointee.extra)))
      }
      guard stands, PQstatus(connection) == CONNECTION_OK else {
        throw lost(connection, during: nil)
      }
      if Task.isCancelled || deadline.hasPassed { return .over }
      if doorbell.hasCallers { return .interrupted }
      _ = waitForSocket(
        of: connection, toRead: true, toWrite: false, until: deadline, or: doorbell)
    }
  }
}
