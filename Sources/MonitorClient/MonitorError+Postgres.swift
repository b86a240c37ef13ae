internal import PostgresClient

extension MonitorError {
  /// Can the same call succeed later without anybody changing anything? True for a monitor that cannot
  /// be reached, for a group that has no primary yet (55006), and for passing conflicts and shortages.
  public var isWorthRetrying: Bool {
    switch code {
    case .unreachable: true
    case .notAllowed, .notAMonitor, .unexpectedAnswer: false
    case .refused(let sqlState):
      [
        SQLState.objectInUse, SQLState.serializationFailure, SQLState.deadlockDetected,
        SQLState.cannotConnectNow,
      ].contains(sqlState) || sqlState.hasPrefix("53") || sqlState.hasPrefix("54")
    }
  }

  /// Says what a failed connection or statement means for someone who talks to a monitor.
  init(_ error: PostgresError, at place: MonitorPlace) {
    switch error.code {
    case .authenticationFailed: self = Self.turnedAway(error, at: place)
    case .unreachable where error.sqlState == SQLState.invalidCatalogName:
      self.init(
        code: .notAMonitor,
        message: "The server at \(place.address) has no database \"\(place.database)\", so it is "
          + "no monitor.",
        hint: "Correct the monitor's URI; pg_autoctl show uri --monitor prints it on its host.")
    case .unreachable where error.sqlState == SQLState.cannotConnectNow:
      self.init(
        code: .unreachable,
        message: "The monitor at \(place.address) is starting up or shutting down.",
        hint: "Try again in a moment.")
    case .badConnectionString:
      self.init(
        code: .unreachable, message: "The monitor's URI cannot be used: \(error.text)",
        hint: error.hint ?? "Correct the monitor's URI.")
    case .unreachable, .timedOut, .connectionLost:
      self.init(
        code: .unreachable,
        message: "The monitor at \(place.address) cannot be reached: \(error.text)",
        hint: "See that the monitor runs, that its host can be reached, and that its URI is right.")
    case .unexpectedResult:
      self.init(
        code: .unexpectedAnswer,
        message: "The monitor gave an answer that cannot be read: \(error.text)",
        hint: "See that pg_autoctl and the monitor's extension are of fitting versions.")
    case .queryFailed: self = Self.refused(error, at: place)
    }
  }

  private static func turnedAway(_ error: PostgresError, at place: MonitorPlace) -> MonitorError {
    let isPassword = error.sqlState == SQLState.invalidPassword || error.sqlState == nil
    return MonitorError(
      code: .notAllowed,
      message: "The monitor at \(place.address) does not let us in: \(error.text)",
      hint: isPassword
        ? "Put the right password into the monitor's URI or into the password file."
        : "See that the role in the monitor's URI is right, and that pg_hba.conf on the monitor "
          + "has a line for it and for this host.")
  }

  private static func refused(_ error: PostgresError, at place: MonitorPlace) -> MonitorError {
    switch error.sqlState {
    case SQLState.invalidSchemaName, SQLState.undefinedFunction, SQLState.undefinedTable:
      MonitorError(
        code: .notAMonitor,
        message: "The database \"\(place.database)\" at \(place.address) is no monitor, or one of "
          + "another version: \(error.text)",
        hint: "Correct the monitor's URI, or update the extension there: "
          + "ALTER EXTENSION pgautofailover UPDATE.")
    case SQLState.insufficientPrivilege:
      MonitorError(
        code: .notAllowed,
        message: "The monitor does not allow this to the role \"\(place.user)\": \(error.text)",
        hint: error.hint ?? "Use the role autoctl_node in the monitor's URI.")
    default:
      MonitorError(
        code: .refused(sqlState: error.sqlState ?? "XX000"), message: error.text, hint: error.hint)
    }
  }
}

/// The parts of the monitor's address that messages name.
struct MonitorPlace: Sendable {
  var address: String
  var database: String
  var user: String

  init(_ target: ConnectionString) {
    address = "\(target["host"] ?? target["hostaddr"] ?? "localhost"):\(target["port"] ?? "5432")"
    database = target["dbname"] ?? target["user"] ?? ""
    user = target["user"] ?? ""
  }
}

extension PostgresError {
  /// The message with its detail.
  fileprivate var text: String { detail.map { "\(message) (\($0))" } ?? message }
}
