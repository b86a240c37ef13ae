public import ServerControl

/// Why a server could not be made a monitor.
public struct MonitorSetupError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: Sendable, Equatable {
    /// The extension's files are not there for this server.
    case extensionMissing
    /// A statement failed.
    case queryFailed
    /// The server's own settings stand in the way.
    case settings
    /// Something with the server itself.
    case server(ServerError.Code)
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

  init(_ error: ServerError) {
    self.init(code: .server(error.code), message: error.message, hint: error.hint)
  }

  /// The extension is not installed for the server whose programs lie in this directory.
  static func extensionMissing(for binDirectory: String) -> MonitorSetupError {
    MonitorSetupError(
      code: .extensionMissing,
      message:
        "The extension pgautofailover is not installed for the PostgreSQL in \(binDirectory).",
      hint: "Install it on this host with: make install PG_CONFIG=\(binDirectory)/pg_config.")
  }

  public var description: String { hint.map { "\(message) (\($0))" } ?? message }
}
