/// Why a keeper has ended.
public enum KeeperEnd: Sendable, Equatable {
  /// It was asked to stop.
  case stopped
  /// The node was dropped: its server is stopped, and the monitor knows.
  case dropped
  /// The monitor does not know this node any more: somebody removed it by force.
  case unknownToMonitor
  /// The state that was waited for is reached and reported; the server runs on.
  case reached
  /// The state that was waited for was not reached in time; the server is left as it is.
  case timedOut
}

/// Why a keeper could not do what it was asked.
public struct KeeperError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: Sendable, Equatable {
    /// The state that was waited for was not reached in time.
    case notReached
    /// It ended before, in this way.
    case ended(KeeperEnd)
    /// An answer of the monitor that cannot be acted on yet.
    case notYet
    /// What was assigned was not done, because the assignment is too old or the node is fenced.
    case overtaken
  }

  public var code: Code
  /// What happened, in a sentence.
  public var message: String
  /// What to do, in a sentence.
  public var hint: String?

  public init(code: Code, message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }

  public var description: String { hint.map { "\(message) (\($0))" } ?? message }
}
