/// Why a call to the monitor failed.
public struct MonitorError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: Sendable, Equatable {
    /// The monitor could not be reached, or did not answer in time.
    case unreachable
    /// The connection was refused for its role or password.
    case notAllowed
    /// The server answers but is no monitor: database, extension or function missing.
    case notAMonitor
    /// The monitor said no, with this SQLSTATE.
    case refused(sqlState: String)
    /// The answer does not have the form that the contract gives it.
    case unexpectedAnswer
  }

  public var code: Code
  /// What happened, in a sentence.
  public var message: String
  /// What to do, in a sentence, where the monitor or we know it.
  public var hint: String?

  public init(code: Code, message: String, hint: String? = nil) {
    self.code = code
    self.message = message
    self.hint = hint
  }

  public var description: String { hint.map { "\(message) (\($0))" } ?? message }
}
