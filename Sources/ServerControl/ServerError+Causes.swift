internal import Glibc
internal import PostgresClient

extension ServerError {
  /// What the operating system refused: `what` names the attempt, "write /a/b".
  static func system(_ number: Int32, couldNot what: String) -> ServerError {
    let reason = String(cString: strerror(number))
    if number == ENOSPC || number == EDQUOT {
      return ServerError(
        code: .diskFull, message: "The disk is full: could not \(what): \(reason).",
        hint: "Free some space; the next try goes on from here.")
    }
    return ServerError(code: .fileSystem, message: "Could not \(what): \(reason).")
  }

  /// A program that ended badly, with the line of its output that tells most.
  static func program(_ name: String, said output: String, hint: String? = nil) -> ServerError {
    let reason = ServerLog.reason(in: output) ?? "it did not say why"
    var code = Code.programFailed
    var advice = hint
    if ServerLog.tellsOfFullDisk(output) {
      code = .diskFull
      advice = "Free some space; the next try goes on from here."
    } else if output.contains("Address already in use") {
      code = .portInUse
    }
    return ServerError(code: code, message: "\(name) failed: \(reason)", hint: advice)
  }

  /// A statement on the local server that failed.
  init(local error: PostgresError) {
    let code: Code =
      switch error.code {
      case .unreachable, .timedOut, .connectionLost: .notRunning
      case .queryFailed where error.sqlState == "53100": .diskFull
      case .authenticationFailed, .queryFailed, .unexpectedResult, .badConnectionString:
        .queryFailed
      }
    self.init(
      code: code, message: "The local server: \(error.message)",
      hint: error.hint ?? error.detail)
  }

  /// A statement on the primary that failed.
  init(primary error: PostgresError, at address: String) {
    let code: Code =
      switch error.code {
      case .unreachable, .timedOut, .connectionLost, .authenticationFailed, .badConnectionString:
        .primaryUnreachable
      case .queryFailed, .unexpectedResult: .queryFailed
      }
    self.init(
      code: code, message: "The primary at \(address): \(error.message)",
      hint: error.hint ?? error.detail)
  }

  /// The task was cancelled in the middle; the same call takes it up again.
  static let cutShort = ServerError(
    code: .timedOut, message: "The action was cut short.", hint: "It is taken up again when asked.")

  /// There is no server to ask.
  static func notRunning(_ directory: String) -> ServerError {
    ServerError(code: .notRunning, message: "No server runs in \(directory).")
  }
}
