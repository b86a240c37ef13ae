internal import TOMLKit

/// The text of a configuration file, read as TOML, with the lines where things stand.
struct ConfigurationText {
  let file: String
  private let lines: KeyLines
  private let root: TOMLTable

  /// Reads a text; a syntax error names its line.
  init(_ text: String, of file: String) throws(ConfigurationError) {
    self.file = file
    // Some editors begin a file with a byte order mark, which the parser passes over.
    let scalars = text.unicodeScalars
    let text = scalars.first == "\u{FEFF}" ? String(scalars.dropFirst()) : text
    lines = KeyLines(of: text)
    for (index, line) in text.textLines.enumerated() {
      guard let refusal = Self.refusals.first(where: { $0.isMeant(line) }) else { continue }
      throw ConfigurationError(
        code: .syntax, file: file, line: index + 1, message: refusal.message, hint: refusal.hint)
    }
    do {
      root = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw ConfigurationError(
        code: .syntax, file: file, line: error.source.begin.line,
        message: "This is not TOML: \(Self.firstSentence(of: error.description)).",
        hint: Self.howToWrite)
    } catch {
      throw ConfigurationError(
        code: .syntax, file: file, message: "This is not TOML.", hint: Self.howToWrite)
    }
  }

  private static let howToWrite =
    "Write settings as key = value below a [table]; texts go in double quotes."

  /// A line that the parser must not see, and what is said of it.
  private struct Refusal {
    var isMeant: @Sendable (_ line: String) -> Bool
    var message: String
    var hint: String
  }

  private static let refusals = [
    // The parser takes a zero byte for the end, and what stands behind it would silently not count.
    Refusal(
      isMeant: { $0.utf8.contains(0) }, message: "This is not TOML: it holds a zero byte.",
      hint: "Look at the file with an editor that shows it, and remove the byte."),
    // It aborts the program at a head that begins with what no name begins with,
    Refusal(
      isMeant: isBrokenHead, message: "This is not TOML: the head of a table holds no name.",
      hint: howToWrite),
    // and at some lists and tables in braces, of which no setting is one.
    Refusal(
      isMeant: holdsListOrTable,
      message: "A setting is a text, a number, or true or false, and not a list or a table.",
      hint: howToWrite),
  ]

  /// Does a line begin as the head of a table, and go on with neither a name nor the end of the head?
  @Sendable private static func isBrokenHead(_ line: String) -> Bool {
    func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let bracket = UInt8(ascii: "[")
    var rest = line.utf8.drop(while: isBlank)
    guard rest.first == bracket else { return false }
    rest = rest.dropFirst()
    if rest.first == bracket { rest = rest.dropFirst() }
    guard let first = rest.drop(while: isBlank).first else { return true }
    let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
    return !letters.contains(first | 0x20) && !"0123456789-_\"']".utf8.contains(first)
  }

  /// Does a list or a table in braces begin in a line, outside of texts and comments?
  @Sendable private static func holdsListOrTable(_ line: String) -> Bool {
    var quote: UInt8?
    var isEscaped = false
    var followsEqualsSign = false
    for byte in line.utf8 {
      if let open = quote {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\"), open == UInt8(ascii: "\"") {
          isEscaped = true
        } else if byte == open {
          quote = nil
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "#"): return false
      case UInt8(ascii: " "), UInt8(ascii: "\t"): continue
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        if followsEqualsSign { return true }
      case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
      default: break
      }
      followsEqualsSign = byte == UInt8(ascii: "=")
    }
    return false
  }

  /// The names of the tables, and of values that stand outside of any.
  var tables: [String] { root.keys }

  /// The keys of a table; `nil` when the name is not one of a table.
  func keys(of table: String) -> [String]? { root[table]?.table?.keys }

  /// The value of a key; `nil` when it is absent or of a kind that no setting has.
  func value(of key: String, in table: String) -> SettingValue? {
    guard let value = root[table]?.table?[key] else { return nil }
    if let text = value.string { return .text(text) }
    if let truth = value.bool { return .boolean(truth) }
    if let number = value.int { return .integer(number) }
    return nil
  }

  /// The value of a key as it stands in the file, for messages.
  func written(_ key: String, in table: String) -> String {
    value(of: key, in: table)?.rendered
      ?? root[table]?.table?[key].map { "a value of the type \($0.type)" } ?? "nothing"
  }

  /// The line of a key, or of a table's head when there is no such key.
  func line(of key: String? = nil, in table: String) -> Int? {
    key.flatMap { lines.line(of: $0, in: table) } ?? lines.line(ofTable: table)
  }

  /// The parser's complaint without the place, which we tell ourselves.
  private static func firstSentence(of complaint: String) -> String {
    let words = complaint.split(separator: " (at line").first.map(String.init) ?? complaint
    return words.hasSuffix(".") ? String(words.dropLast()) : words
  }
}
