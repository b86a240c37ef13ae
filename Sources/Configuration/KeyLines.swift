/// On which line each key of a TOML text stands. It looks at heads of tables and at what is left of
/// `=`, which is enough to lead a person to the line.
struct KeyLines {
  private var tables: [String: Int] = [:]
  private var keys: [String: Int] = [:]

  init(of text: String) {
    var table = ""
    for (index, line) in text.textLines.enumerated() {
      let content = Self.bare(line)
      if content.hasPrefix("["), let end = content.firstIndex(of: "]") {
        table = Self.bare(content[..<end].drop { $0 == "[" })
        tables[table] = tables[table] ?? index + 1
      } else if let equals = content.firstIndex(of: "=") {
        let key = Self.bare(content[..<equals])
        let name = table.isEmpty ? key : "\(table).\(key)"
        keys[name] = keys[name] ?? index + 1
        if table.isEmpty, let first = key.split(separator: ".").first {
          tables[String(first)] = tables[String(first)] ?? index + 1
        }
      }
    }
  }

  func line(of key: String, in table: String) -> Int? { keys["\(table).\(key)"] }

  func line(ofTable table: String) -> Int? { tables[table] }

  /// The text with another value for a key. What stands behind the value, such as a comment, stays; a key
  /// that is not there comes at the end of its table, below the sentence that explains it.
  func replacing(
    _ key: String, in table: String, with value: String, means: String, of text: String
  ) -> String {
    var lines = text.textLines
    if let line = line(of: key, in: table) {
      lines[line - 1] = Self.line(lines[line - 1], withValue: value)
      return lines.joined(separator: "\n")
    }
    let added = ["# \(means)", "\(key) = \(value)"]
    if let head = line(ofTable: table) {
      let last = keys.filter { $0.key.hasPrefix("\(table).") }.values.max() ?? head
      lines.insert(contentsOf: added, at: max(head, last))
    } else {
      while lines.last == "" { lines.removeLast() }
      lines += ["", "[\(table)]"] + added + [""]
    }
    return lines.joined(separator: "\n")
  }

  /// A line `key = value # comment` with another value.
  private static func line(_ line: String, withValue value: String) -> String {
    guard let equals = line.firstIndex(of: "=") else { return line }
    let before = line[...equals]
    let rest = line[line.index(after: equals)...].drop(while: \.isWhitespace)
    let comment = rest[endOfValue(in: rest)...]
    return "\(before) \(value)\(comment)"
  }

  /// Where a value ends: behind its closing quote, or before blanks and a comment.
  private static func endOfValue(in text: Substring) -> Substring.Index {
    guard let quote = text.first, quote == "\"" || quote == "'" else {
      let value = text.prefix { $0 != "#" }
      return value.lastIndex { !$0.isWhitespace }.map { text.index(after: $0) } ?? value.endIndex
    }
    var isEscaped = false
    for index in text.indices.dropFirst() {
      if isEscaped {
        isEscaped = false
      } else if text[index] == "\\", quote == "\"" {
        isEscaped = true
      } else if text[index] == quote {
        return text.index(after: index)
      }
    }
    return text.endIndex
  }

  /// Without blanks, quotes, and the blanks around dots.
  private static func bare(_ text: some StringProtocol) -> String {
    String(text.filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" })
  }
}

extension String {
  /// The lines without their ends, `\n`. By scalars: `\r\n` is one character, and it is not `\n`.
  var textLines: [String] {
    unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
  }
}
