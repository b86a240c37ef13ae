/// On which line each key of a TOML text stands. It looks at heads of tables and at what is left of
/// `=`, which is enough to lead a person to the line.
struct KeyLines {
  private var tables: [String: Int] = [:]
  private var keys: [String: Int] = [:]

  init(of text: String) {
    var table = ""
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
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

  /// Without blanks, quotes, and the blanks around dots.
  private static func bare(_ text: some StringProtocol) -> String {
    String(text.filter { !$0.isWhitespace && $0 != "\"" && $0 != "'" })
  }
}
