extension ConnectionString {
  /// As `keyword=value` pairs, quoted and escaped where needed; the usual keywords come first.
  public var keywordValue: String {
    ordered.map { "\($0.key)=\(Self.quoted($0.value))" }.joined(separator: " ")
  }

  /// As `postgres://…`, percent-encoded. What the first part of a URI cannot say exactly, it says as
  /// a query parameter, so that reading it again gives the same values.
  public var uri: String {
    var rest = parameters
    var result = "postgres://"
    if let user = rest["user"], !user.isEmpty {
      result += Self.encoded(user)
      rest["user"] = nil
      if let password = rest["password"], !password.isEmpty {
        result += ":" + Self.encoded(password)
        rest["password"] = nil
      }
      result += "@"
    }
    if let hosts = authorityHosts {
      result += hosts
      rest["host"] = nil
      rest["port"] = nil
    }
    result += "/"
    if let database = rest["dbname"], !database.isEmpty {
      result += Self.encoded(database)
      rest["dbname"] = nil
    }
    let query = ConnectionString(rest).ordered
      .map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }
    return result + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
  }

  /// `host:port,host:port`, or `nil` when the URI's first part cannot say it.
  private var authorityHosts: String? {
    guard let host = self["host"], !host.isEmpty else { return nil }
    let hosts = host.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard let port = self["port"] else {
      return hosts.count == 1 ? Self.encodedHost(host) : nil
    }
    let ports = port.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard ports.count == hosts.count, ports.allSatisfy({ !$0.isEmpty }) else { return nil }
    return zip(hosts, ports).map { "\(Self.encodedHost($0)):\(Self.encoded($1))" }
      .joined(separator: ",")
  }

  /// The parameters with the usual ones first, the others by name.
  private var ordered: [(key: String, value: String)] {
    let usual = ["host", "hostaddr", "port", "user", "password", "dbname"]
    let first = usual.compactMap { key in self[key].map { (key: key, value: $0) } }
    let others = parameters.filter { !usual.contains($0.key) }.sorted { $0.key < $1.key }
    return first + others.map { (key: $0.key, value: $0.value) }
  }

  private static func quoted(_ value: String) -> String {
    if !value.isEmpty, value.utf8.allSatisfy({ isUnreserved($0) || "/:,@%*+".utf8.contains($0) }) {
      return value
    }
    // By scalars: a quote with a combining accent is another character and still a quote to libpq.
    var result = "'"
    for scalar in value.unicodeScalars {
      if scalar == "'" || scalar == "\\" { result.unicodeScalars.append("\\") }
      result.unicodeScalars.append(scalar)
    }
    result.unicodeScalars.append("'")
    return result
  }

  /// An IPv6 address in its brackets, anything else percent-encoded.
  private static func encodedHost(_ host: String) -> String {
    let isAddress =
      host.contains(":") && host.utf8.allSatisfy { "0123456789abcdefABCDEF:.".utf8.contains($0) }
    return isAddress ? "[\(host)]" : encoded(host)
  }

  private static func encoded(_ text: String) -> String {
    var result = ""
    for byte in text.utf8 {
      if isUnreserved(byte) || byte == UInt8(ascii: "*") {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.utf8.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return result
  }

  /// The bytes that need no escape anywhere: letters, digits and `-._~`.
  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
