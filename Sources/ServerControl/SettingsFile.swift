/// A file of settings as `postgresql.conf` is one, written and read by us.
enum SettingsFile {
  /// `name = 'value'`, with whatever the value holds.
  static func line(_ name: String, _ value: String) -> String {
    "\(name) = \(quoted(value))"
  }

  /// A value in single quotes. In such files a backslash escapes, so it is doubled like the quote; a line
  /// break would end the line, and a zero byte the value.
  static func quoted(_ value: String) -> String {
    var result = "'"
    for scalar in value.unicodeScalars where scalar != "\0" {
      switch scalar {
      case "'", "\\": result.unicodeScalars += [scalar, scalar]
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "'"
  }

  /// The settings in a file that `line` wrote; comments and other forms are passed over.
  static func values(in content: String) -> [String: String] {
    var values: [String: String] = [:]
    // By scalars: next to an accent or another letter a quote or a line's end is no character by itself.
    for line in content.unicodeScalars.split(separator: "\n") where line.first != "#" {
      guard let range = line.firstRange(of: " = '".unicodeScalars) else { continue }
      let rest = line[range.upperBound...]
      guard rest.last == "'" else { continue }
      values[String(line[..<range.lowerBound])] = unquoted(rest.dropLast())
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
        found = unquoted(inner.unicodeScalars)
      } else {
        found = String(rest.prefix { !$0.isWhitespace && $0 != "#" })
      }
    }
    return found
  }

  private static func unquoted(_ text: Substring.UnicodeScalarView) -> String {
    var result = ""
    var escape: Unicode.Scalar?
    for scalar in text {
      if escape == nil, scalar == "'" || scalar == "\\" {
        escape = scalar
        continue
      }
      result.unicodeScalars.append(escape == "\\" && scalar == "n" ? "\n" : scalar)
      escape = nil
    }
    return result
  }
}
