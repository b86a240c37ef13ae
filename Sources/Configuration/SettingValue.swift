/// A value as a configuration file holds it.
public enum SettingValue: Sendable, Equatable {
  case text(String)
  case integer(Int)
  case boolean(Bool)

  /// As TOML writes it.
  public var rendered: String {
    switch self {
    case .text(let text): Self.quoted(text)
    case .integer(let number): String(number)
    case .boolean(let truth): truth ? "true" : "false"
    }
  }

  /// A basic string of TOML: quotes, backslashes and control characters are escaped.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case let control where control.value < 0x20 || control.value == 0x7F:
        let digits = String(control.value, radix: 16, uppercase: true)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

/// What a value may be.
public enum SettingKind: Sendable, Equatable {
  /// Any text, also none.
  case text
  /// A path from the root on.
  case absolutePath
  /// A whole number within these bounds.
  case integer(ClosedRange<Int>)
  case boolean
  /// One of these words.
  case choice([String])
  /// An amount a second, as `pg_basebackup --max-rate` takes it: a number, then `k` or `M`.
  case rate

  /// Is this value of this kind?
  public func accepts(_ value: SettingValue) -> Bool {
    switch (self, value) {
    case (.text, .text(let text)): !text.utf8.contains(0)
    case (.absolutePath, .text(let text)): text.isEmpty || text.hasPrefix("/")
    case (.integer(let range), .integer(let number)): range.contains(number)
    case (.boolean, .boolean): true
    case (.choice(let words), .text(let text)): words.contains(text)
    case (.rate, .text(let text)): Self.isRate(text)
    default: false
    }
  }

  /// What to write, for a hint: "a whole number from 1 to 3600".
  public var wanted: String {
    switch self {
    case .text: "a text in quotes"
    case .absolutePath: "a path in quotes that begins with /"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .boolean: "true or false"
    case .choice(let words): words.map { "\"\($0)\"" }.joined(separator: " or ")
    case .rate: "an amount a second in quotes, from \"32k\" to \"1024M\""
    }
  }

  /// `pg_basebackup` takes 32 kB to 1024 MB a second.
  private static func isRate(_ text: String) -> Bool {
    guard let last = text.last, last == "k" || last == "M", let number = Int(text.dropLast()),
      text.dropLast().utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains)
    else { return false }
    let kilobytes = last == "M" ? number.multipliedReportingOverflow(by: 1024) : (number, false)
    return !kilobytes.1 && (32...1_048_576).contains(kilobytes.0)
  }
}
