/// Why something could not be done to the local server.
public struct ServerError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Code: Sendable, Equatable {
    /// A program of PostgreSQL failed: pg_ctl, initdb, pg_basebackup, pg_rewind, pg_controldata.
    case programFailed
    /// The server does not run, or did not answer in time.
    case notRunning
    /// A statement failed.
    case queryFailed
    /// A file could not be read or written.
    case fileSystem
    /// The disk is full.
    case diskFull
    /// The port is taken by another process.
    case portInUse
    /// The directory holds something that is not ours to touch.
    case directoryNotEmpty
    /// Another cluster's data: the system identifiers differ.
    case wrongSystemIdentifier
    /// The programs are missing, or too old.
    case unusablePrograms
    /// What was waited for did not happen within its bound.
    case timedOut
    /// The primary could not be reached.
    case primaryUnreachable
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
