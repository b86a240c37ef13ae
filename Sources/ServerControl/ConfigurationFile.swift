/// The operator's `postgresql.conf` with our two includes: the defaults at its top, the role at its
/// end. Everything else stays as it is, byte for byte.
struct ConfigurationFile {
  static let name = "postgresql.conf"

  private static let top =
    "include '\(DefaultsFile.name)'  # pg_autoctl: defaults; what follows wins\n"
  private static let bottom =
    "include '\(RoleFile.name)'  # pg_autoctl: the node's role; keep this the last line\n"

  /// The file with the includes in their places, wherever they were before.
  static func withIncludes(_ content: [UInt8]) -> [UInt8] {
    var kept: [ArraySlice<UInt8>] = []
    for line in lines(of: content) where !isInclude(line) { kept.append(line) }
    var result = Array(top.utf8)
    for line in kept { result += line }
    if let last = result.last, last != UInt8(ascii: "\n") { result.append(UInt8(ascii: "\n")) }
    return result + Array(bottom.utf8)
  }

  private static func isInclude(_ line: ArraySlice<UInt8>) -> Bool {
    [DefaultsFile.name, RoleFile.name].contains { name in
      line.starts(with: Array("include '\(name)'".utf8))
    }
  }

  /// The lines with their ends.
  private static func lines(of content: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = content.startIndex
    while start < content.endIndex {
      let end = content[start...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 }
      lines.append(content[start..<(end ?? content.endIndex)])
      start = end ?? content.endIndex
    }
    return lines
  }
}

/// `postgresql.auto.conf`, which ALTER SYSTEM writes and the server reads after everything else: a
/// line there that a base backup brought along overrules the node's role.
struct AutomaticConfiguration {
  static let name = "postgresql.auto.conf"

  /// The settings that only the node's role may decide.
  static let reserved: Set = [
    "synchronous_standby_names", "primary_conninfo", "primary_slot_name",
    "default_transaction_read_only", "sync_replication_slots", "synchronized_standby_slots",
  ]

  /// The content without the lines of reserved settings, and the names of those that were there.
  static func withoutReserved(_ content: String) -> (content: String, removed: [String]) {
    var kept: [Substring] = []
    var removed: [String] = []
    for line in content.split(separator: "\n", omittingEmptySubsequences: false) {
      let name = line.prefix { $0 != " " && $0 != "=" && $0 != "\t" }.lowercased()
      // A standby that reaches a target stops to follow, or promotes itself.
      if reserved.contains(name) || name.hasPrefix("recovery_target") {
        removed.append(name)
      } else {
        kept.append(line)
      }
    }
    return (kept.joined(separator: "\n"), removed)
  }

  /// Removes the reserved settings from the file in a data directory whose server is stopped; says
  /// which it found.
  static func clean(in directory: String) throws(ServerError) -> [String] {
    let path = directory + "/" + name
    guard let content = try DurableFiles.text(path) else { return [] }
    let (rest, removed) = withoutReserved(content)
    if !removed.isEmpty { try DurableFiles.keep(path, as: rest) }
    return removed
  }
}
