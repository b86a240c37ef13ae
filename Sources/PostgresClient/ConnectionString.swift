internal import CLibPQ

/// Where and as whom to connect: libpq's keywords and their values.
///
/// Printed it hides its secrets; `keywordValue` and `uri` show them and are for libpq and for files
/// that only their owner reads.
public struct ConnectionString: Sendable, Equatable {
  /// The values by keyword; a keyword that is not there has libpq's default.
  public private(set) var parameters: [String: String]

  /// Takes the values as they are; keywords that libpq does not know are found when connecting.
  public init(_ parameters: [String: String]) {
    self.parameters = parameters
  }

  /// Reads `postgres://…` or `keyword=value …` as libpq does; else throws `badConnectionString`.
  public init(parsing text: String) throws(PostgresError) {
    guard !text.utf8.contains(0) else {
      throw Self.unreadable("it holds a zero byte")
    }
    var complaint: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(text, &complaint) else {
      defer { PQfreemem(complaint) }
      let reason = complaint.map { String(cString: $0).trimmed } ?? "out of memory"
      throw Self.unreadable(Self.mayHoldSecret(text) ? Self.withoutQuoted(reason) : reason)
    }
    defer { PQconninfoFree(options) }
    parameters = [:]
    var option = options
    while let keyword = option.pointee.keyword {
      if let value = option.pointee.val {
        // A URI can spell any byte, and a password with other bytes in it would be another one.
        guard let text = String(validatingCString: value) else {
          throw Self.unreadable("the value of \(String(cString: keyword)) is not UTF-8")
        }
        parameters[String(cString: keyword)] = text
      }
      option += 1
    }
  }

  public subscript(_ keyword: String) -> String? {
    get { parameters[keyword] }
    set { parameters[keyword] = newValue }
  }

  /// Lets a silent peer be noticed within about ten seconds, also on an idle connection. Values that
  /// are already set stay.
  public func withTCPTimeouts() -> ConnectionString {
    let defaults = [
      "keepalives": "1", "keepalives_idle": "5", "keepalives_interval": "2",
      "keepalives_count": "3", "tcp_user_timeout": "10000",
    ]
    return ConnectionString(parameters.merging(defaults) { own, _ in own })
  }

  private static func unreadable(_ reason: String) -> PostgresError {
    PostgresError(
      code: .badConnectionString, message: "The connection string cannot be read: \(reason).",
      hint: "Write it as postgres://user@host:port/database, or as host=… port=… dbname=….")
  }

  /// libpq's complaints quote what they do not understand, which may be a piece of a password.
  private static func mayHoldSecret(_ text: String) -> Bool {
    text.lowercased().contains("pass") || (text.contains("://") && text.contains("@"))
  }

  private static func withoutQuoted(_ reason: String) -> String {
    var result = ""
    var isQuoted = false
    for scalar in reason.unicodeScalars {
      if scalar == "\"" {
        isQuoted.toggle()
        if isQuoted { result += "…" }
      } else if !isQuoted {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}

extension ConnectionString: CustomStringConvertible, CustomDebugStringConvertible,
  CustomReflectable
{
  /// The same as `redacted`, so that no log shows a password by mistake.
  public var description: String { redacted }
  public var debugDescription: String { redacted }
  public var customMirror: Mirror { Mirror(self, children: ["redacted": redacted]) }

  /// The URI with `****` in place of passwords.
  public var redacted: String {
    var copy = self
    for keyword in ["password", "sslpassword"] where copy[keyword] != nil {
      copy[keyword] = "****"
    }
    return copy.uri
  }
}
