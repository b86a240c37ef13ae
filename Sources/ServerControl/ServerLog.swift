/// Reads in what PostgreSQL and its programs print why something failed.
enum ServerLog {
  /// The last line of a failed program or server that tells the reason, without its prefix.
  static func reason(in output: String) -> String? {
    let lines = output.split(whereSeparator: \.isNewline).map(String.init)
    let telling = ["PANIC:", "FATAL:", "fatal:", "error:", "ERROR:", "could not "]
    for line in lines where tellsOfFullDisk(line) || line.contains("Address already in use") {
      return withoutPrefix(line)
    }
    for mark in telling {
      if let line = lines.last(where: { $0.contains(mark) }) { return withoutPrefix(line) }
    }
    return lines.last.map(withoutPrefix)
  }

  /// Does it say that the disk is full?
  static func tellsOfFullDisk(_ text: String) -> Bool {
    text.contains("No space left on device") || text.contains("Disk quota exceeded")
  }

  /// Keeps what follows the severity: `2024-05-01 … [7] FATAL:  words` becomes `words`.
  private static func withoutPrefix(_ line: String) -> String {
    for mark in ["PANIC:", "FATAL:", "LOG:", "fatal:", "ERROR:", "error:", "WARNING:"] {
      if let range = line.firstRange(of: mark) {
        let rest = line[range.upperBound...].drop { $0 == " " }
        if !rest.isEmpty { return String(rest) }
      }
    }
    return String(line.drop { $0 == " " })
  }
}
