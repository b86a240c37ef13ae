/// A file of settings as `postgresql.conf` is one, written and read by us.
enum SettingsFile {
  /// `name = 'value'`, with whatever the value holds.
  static func line(_ name: String, _ value: String) -> String {
    "\(name) = \(quoted(value))"
  }

  /// A value in single quotes. In such files a backslash escapes, so it is doubled like the quote.
  static func quoted(_ value: String) -> String {
    var result = "'"
    for scalar in value.unicodeScalars {
      if scalar == "'" || scalar == "\\" { result.unicodeScalars.append(scalar) }
      result.unicodeScalars.append(scalar)
    }
    return result + "'"
  }

  /// The settings in a file that `line` wrote; comments and other forms are passed over.
  static func values(in content: String) -> [String: String] {
    var values: [String: String] = [:]
    for line in content.split(whereSeparator: \.isNewline) {
      guard !line.hasPrefix("#"), let range = line.firstRange(of: " = '"), line.hasSuffix("'"),
        line.distance(from: range.upperBound, to: line.endIndex) >= 1
      else { continue }
      let inner = line[range.upperBound...].dropLast()
      values[String(line[..<range.lowerBound])] = unquoted(inner)
    }
    return values
  }

  /// The last value of a setting in a file that a person wrote; `nil` when it is not set there.
  static func value(of name: String, in content: String) -> String? {
    var found: String?
    for line in content.split(whereSeparator: \.isNewline) {
      let line = line.drop(while: \.isWhitespace)
      guard line.lowercased().hasPrefix(name) else { continue }
      let rest = line.dropFirst(name.count).drop { $0.isWhitespace || $0 == "=" }
      guard rest.startIndex > line.index(line.startIndex, offsetBy: name.count) else { continue }
      if rest.first == "'" {
        let inner = rest.dropFirst().prefix { $0 != "'" }
        found = unquoted(inner)
      } else {
        found = String(rest.prefix { !$0.isWhitespace && $0 != "#" })
      }
    }
    return found
  }

  private static func unquoted(_ text: Substring) -> String {
    var result = ""
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if !isEscaped, scalar == "'" || scalar == "\\" {
        isEscaped = true
        continue
      }
      isEscaped = false
      result.unicodeScalars.append(scalar)
    }
    return result
  }
}
