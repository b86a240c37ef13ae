/// Why a connection could not be opened or a statement not be performed.
///
/// It never holds parameters, and no statement that spells a password.
public struct PostgresError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of failure, for the caller to act on.
  public enum Code: Sendable, Equatable {
    /// No session could be opened: nobody listens there, the name does not resolve, or the server
    /// turned us away; in the last case `sqlState` says why.
    case unreachable
    /// The server refused the role, its password or its way of connecting (28P01, 28000).
    case authenticationFailed
    /// The time given was over.
    case timedOut
    /// The session ended, or had ended before.
    case connectionLost
    /// The server reported an error; `sqlState` tells which.
    case queryFailed
    /// The answer does not have the expected form.
    case unexpectedResult
    /// The connection string cannot be read or holds an impossible setting.
    case badConnectionString
  }

  public var code: Code
  /// The server's code, where the failure is an error that the server reported.
  public var sqlState: String?
  /// What happened, in a sentence.
  public var message: String
  public var detail: String?
  /// What to do, in a sentence, where the server or we know it.
  public var hint: String?
  /// Had a server taken the connection, so that a time that was over may only have been too short for it?
  public var isServerReached: Bool
  /// The statement that failed; one that spells a password is replaced by a note.
  public let statement: String?

  public init(
    code: Code, message: String, sqlState: String? = nil, detail: String? = nil,
    hint: String? = nil, isServerReached: Bool = false, statement: String? = nil
  ) {
    self.code = code
    self.isServerReached = isServerReached
    self.sqlState = sqlState
    self.message = message
    self.detail = detail
    self.hint = hint
    self.statement = statement.map(Self.withoutPassword)
  }

  /// The message, its detail and hint; the statement is for the log of those who look deeper.
  public var description: String {
    let code = sqlState.map { " [\($0)]" } ?? ""
    let notes = [detail, hint].compactMap(\.self)
    return message + code + (notes.isEmpty ? "" : " (\(notes.joined(separator: " ")))")
  }

  private static func withoutPassword(_ statement: String) -> String {
    statement.lowercased().contains("password")
      ? "(a statement that may spell a password)" : statement
  }
}
