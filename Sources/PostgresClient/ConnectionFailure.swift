internal import CLibPQ

extension PostgresError {
  /// Reads libpq's report of a failed attempt to connect.
  ///
  /// Until a session exists libpq hands out no fields but one text. With its verbose form the text
  /// holds the server's code (`FATAL:  28P01: …`), which does not depend on the server's language.
  static func connecting(to target: ConnectionString, failed connection: OpaquePointer)
    -> PostgresError
  {
    let text = String(cString: PQerrorMessage(connection))
    var report = FailureReport(text)
    if report.messages.isEmpty { report.messages = ["connecting to \(target.address) failed"] }
    let lacksPassword = PQconnectionNeedsPassword(connection) == 1
    return PostgresError(
      code: code(
        of: report.sqlState, lacksPassword: lacksPassword, message: report.messages[0]),
      message: report.messages.joined(separator: "; "), sqlState: report.sqlState,
      detail: report.detail, hint: report.hint)
  }

  /// The error for an attempt that took too long.
  static func connecting(to target: ConnectionString, tookLongerThan limit: Duration)
    -> PostgresError
  {
    PostgresError(
      code: .timedOut,
      message: "The server at \(target.address) did not open a session within \(limit.spelled).",
      hint: "See whether that host is up, can be reached, and its server is not stopped.")
  }

  private static func code(
    of sqlState: String?, lacksPassword: Bool, message: String
  ) -> Code {
    switch sqlState {
    case SQLState.invalidPassword, SQLState.invalidAuthorization, SQLState.insufficientPrivilege:
      return .authenticationFailed
    case .some: return .unreachable
    case nil: break
    }
    if lacksPassword { return .authenticationFailed }
    // libpq's words for settings it cannot use, before it tries to reach anybody.
    return message.hasPrefix("invalid ") ? .badConnectionString : .unreachable
  }
}

/// The parts of libpq's text about a failed attempt.
struct FailureReport {
  var messages: [String] = []
  var sqlState: String?
  var detail: String?
  var hint: String?

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      if line.hasPrefix("LOCATION:") { continue }
      if let rest = Self.rest(of: line, after: "DETAIL:") {
        detail = detail ?? rest
      } else if let rest = Self.rest(of: line, after: "HINT:") {
        hint = hint ?? rest
      } else if line.hasPrefix("\t") {
        hint = hint ?? line.trimmed
      } else {
        note(line.trimmed)
      }
    }
  }

  /// Takes the code out of `…FATAL:  28P01: words` and keeps the words.
  private mutating func note(_ line: String) {
    let bytes = Array(line.utf8)
    var kept = line
    for start in bytes.indices.dropLast(9)
    where bytes[start...].starts(with: ":  ".utf8) && bytes[(start + 8)...].starts(with: ": ".utf8)
      && bytes[(start + 3)..<(start + 8)].allSatisfy(Self.isOfCode)
    {
      sqlState = sqlState ?? String(decoding: bytes[(start + 3)..<(start + 8)], as: UTF8.self)
      kept = String(decoding: bytes[..<start] + bytes[(start + 8)...], as: UTF8.self)
      break
    }
    if !kept.isEmpty, !messages.contains(kept) { messages.append(kept) }
  }

  private static func isOfCode(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }

  private static func rest(of line: Substring, after label: String) -> String? {
    line.hasPrefix(label) ? line.dropFirst(label.count).trimmed : nil
  }
}
