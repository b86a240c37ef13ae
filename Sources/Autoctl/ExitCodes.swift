/// How `pg_autoctl` ends: the numbers that scripts rely on.
public enum ExitCodes: Int32, CaseIterable, Sendable {
  case success = 0
  case badArguments = 1
  case badConfiguration = 2
  case badState = 3
  case postgres = 4
  case server = 5
  case monitor = 6
  case keeper = 8
  case internalError = 12
  case extensionMissing = 13
  case dropped = 121
  case fatal = 122

  /// When it is used, in a sentence.
  public var meaning: String {
    switch self {
    case .success: "What was asked is done."
    case .badArguments:
      """
      The command line cannot be understood, or does not fit what is there. From check failover: \
      a failover would work, but something stands against it.
      """
    case .badConfiguration:
      """
      A configuration file cannot be used. From check failover: nobody would take over by itself.
      """
    case .badState:
      """
      The state file cannot be used, another pg_autoctl runs, or, from status, none does. From check \
      failover: nobody knows, as when the monitor does not answer.
      """
    case .postgres: "A statement on a PostgreSQL server failed."
    case .server:
      """
      The local server could not be started, stopped or changed, an operator's command failed, or, from \
      status, the server is not ready.
      """
    case .monitor: "The monitor cannot be reached, or refused what was asked."
    case .keeper: "The keeper cannot go on."
    case .internalError: "Something happened that should not; please report it."
    case .extensionMissing: "The extension pgautofailover is not installed on the monitor's host."
    case .dropped: "The node was dropped from its formation."
    case .fatal: "Something must be repaired by hand before a restart helps."
    }
  }
}
