/// A condition that did not come true within its time.
public struct NeverHappened: Error, Sendable, CustomStringConvertible {
  /// What was waited for.
  public let what: String
  /// For how long.
  public let limit: Duration
  /// What was seen last instead.
  public let lastSeen: String

  /// A sentence with what was waited for, how long, and what was there instead.
  public var description: String {
    "Waited \(limit) for \(what), and it did not happen. Seen last: \(lastSeen)"
  }
}

/// Thrown by a condition that is not true yet, with what is there instead.
public struct NotYet: Error, Sendable, CustomStringConvertible {
  /// What is there instead.
  public let description: String

  /// Not yet, because of this.
  public init(_ description: String) { self.description = description }
}

/// Thrown by a condition that cannot come true any more; nobody waits for it any longer.
public struct Hopeless: Error, Sendable, CustomStringConvertible {
  /// Why not.
  public let description: String

  /// Hopeless, because of this.
  public init(_ description: String) { self.description = description }
}

/// Looks again and again until `look` returns without an error, and returns its answer. What it
/// throws counts as "not yet", but for `Hopeless`. After `limit` it throws `NeverHappened` with the last
/// reason.
@discardableResult
public func eventually<Answer>(
  _ what: String, within limit: Duration = .seconds(30), every pause: Duration = .milliseconds(100),
  isolation: isolated (any Actor)? = #isolation, _ look: () async throws -> Answer
) async throws -> Answer {
  let clock = ContinuousClock()
  let deadline = clock.now + limit
  while true {
    do {
      return try await look()
    } catch let reason as Hopeless {
      throw reason
    } catch let reason {
      guard clock.now < deadline else {
        throw NeverHappened(what: what, limit: limit, lastSeen: "\(reason)")
      }
      try await Task.sleep(for: pause)
    }
  }
}

/// Looks again and again for `duration` that `look` goes on to hold; throws what it throws.
public func always(
  for duration: Duration, every pause: Duration = .milliseconds(200),
  isolation: isolated (any Actor)? = #isolation, _ look: () async throws -> Void
) async throws {
  let clock = ContinuousClock()
  let deadline = clock.now + duration
  while clock.now < deadline {
    try await look()
    try await Task.sleep(for: pause)
  }
}
