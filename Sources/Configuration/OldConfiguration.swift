/// A configuration file of pg_auto_failover 2.x, `pg_autoctl.cfg`: an INI file whose keys mostly have the
/// names that ours have.
public struct OldConfiguration: Sendable {
  /// What becomes of a key of the old file.
  private enum Fate {
    case same
    case becomes(String)
    /// It is left out, because of this.
    case leftOut(String)
    case unknown
  }

  private struct Value {
    var text: String
    var line: Int
  }

  private let path: String
  private var values: [(name: String, value: Value)] = []

  /// Reads the text of a file; `syntax` for a line that is neither a section, a key, nor a comment.
  public init(_ text: String, of path: String) throws(ConfigurationError) {
    self.path = path
    var section = ""
    for (index, line) in text.textLines.enumerated() {
      let content = Self.trimmed(line)
      if content.isEmpty || content.hasPrefix("#") || content.hasPrefix(";") { continue }
      if content.hasPrefix("["), content.hasSuffix("]") {
        section = Self.trimmed(content.dropFirst().dropLast())
      } else if let equals = content.firstIndex(of: "=") {
        let value = Self.trimmed(content[content.index(after: equals)...])
        let name = "\(section).\(Self.trimmed(content[..<equals]))"
        values.append((name, Value(text: Self.unquoted(value), line: index + 1)))
      } else {
        throw ConfigurationError(
          code: .syntax, file: path, line: index + 1, message: "This is no line of an INI file.",
          hint: "Correct it, or name another file with --from.")
      }
    }
  }

  /// Our file for the same node or monitor, and a sentence for each thing that is not taken over.
  /// `socketDirectory` counts where the old file names none.
  public func converted(
    to path: String, socketDirectory: String
  ) throws(ConfigurationError) -> (document: ConfigurationDocument, notes: [String]) {
    try refuseWhatWeDoNotHave()
    var settings: [String: Value] = [
      "postgresql.socket_directory": Value(text: socketDirectory, line: 0)
    ]
    var notes: [String] = []
    for (name, value) in values where name != "pg_autoctl.role" && !value.text.isEmpty {
      switch Self.fate(of: name, value.text) {
      case .same: settings[name] = value
      case .becomes(let other): settings[other] = value
      case .leftOut(let reason): notes.append("\(name) is left out: \(reason)")
      case .unknown: notes.append("\(name) is left out: it is not known")
      }
    }
    if self["postgresql.hba_level"] == "skip" || self["postgresql.auth_method"] == "skip" {
      settings["postgresql.skip_pg_hba"] = Value(text: "true", line: 0)
      settings["postgresql.auth_method"] = nil
    }
    let text =
      switch self["pg_autoctl.role"] {
      case "monitor": try render(MonitorConfiguration.self, settings, &notes)
      default: try render(KeeperConfiguration.self, settings, &notes)
      }
    return (try ConfigurationDocument(text, of: path), notes)
  }

  private subscript(_ name: String) -> String? { values.last { $0.name == name }?.value.text }

  private func refuseWhatWeDoNotHave() throws(ConfigurationError) {
    guard let role = self["pg_autoctl.role"], role == "keeper" || role == "monitor" else {
      throw ConfigurationError(
        code: .missingKey, file: path, message: "The file does not say whose it is.",
        hint: "Name the pg_autoctl.cfg of a node or of a monitor with --from.")
    }
    if let kind = self["pg_autoctl.nodekind"], kind != "standalone", kind != "unknown" {
      throw ConfigurationError(
        code: .badValue, file: path, message: "This is a \(kind) of Citus, which is not supported.",
        hint: "Keep it with the program that created it.")
    }
    if self["pg_autoctl.monitor"] == "PG_AUTOCTL_DISABLED" {
      throw ConfigurationError(
        code: .badValue, file: path, message: "This node has no monitor.",
        hint: "Write the monitor's connection string to pg_autoctl.monitor in that file first.")
    }
  }

  private static func fate(of name: String, _ value: String) -> Fate {
    let known = Set(
      KeeperConfiguration.settings.map(\.name) + MonitorConfiguration.settings.map(\.name))
    switch name {
    case "pg_autoctl.nodename": return .becomes("pg_autoctl.hostname")
    case "postgresql.host":
      return value.hasPrefix("/")
        ? .becomes("postgresql.socket_directory")
        : .leftOut("connections to the local server go through its socket")
    case "postgresql.hba_level", "pg_autoctl.nodekind": return .leftOut("it says nothing new")
    case "postgresql.proxyport": return .leftOut("proxies are not known to the monitor")
    case "replication.slot": return .leftOut("slots are named after the node's id")
    case "timeout.prepare_promotion_catchup", "timeout.prepare_promotion_walreceiver",
      "timeout.listen_notifications_timeout":
      return .leftOut("nothing waits for that time")
    default:
      if known.contains(name) { return .same }
      return name.hasPrefix("citus.") || name.contains(".citus_")
        ? .leftOut("Citus is not supported") : .unknown
    }
  }

  private func render<Subject: Configurable>(
    _ type: Subject.Type, _ values: [String: Value], _ notes: inout [String]
  ) throws(ConfigurationError) -> String {
    var subject = Subject()
    var left = values
    for setting in Subject.settings {
      guard let written = left.removeValue(forKey: setting.name) else { continue }
      let word =
        setting.kind == .boolean ? ["0": "false", "1": "true"][written.text] : nil
      guard let value = setting.kind.value(from: word ?? written.text) else {
        throw ConfigurationError(
          code: .badValue, file: path, line: written.line == 0 ? nil : written.line,
          message: "\(setting.name) cannot be \"\(written.text)\" here.",
          hint: "Write \(setting.kind.wanted.replacing(" in quotes", with: "")) there.")
      }
      setting.write(&subject, value)
    }
    for name in left.keys.sorted() {
      notes.append("\(name) is left out: a \(Subject.role.rawValue) has no such setting")
    }
    return ConfigurationFile.render(subject)
  }

  private static func trimmed(_ text: some StringProtocol) -> String {
    var rest = Substring(text)
    while rest.first?.isWhitespace == true { rest.removeFirst() }
    while rest.last?.isWhitespace == true { rest.removeLast() }
    return String(rest)
  }

  private static func unquoted(_ text: String) -> String {
    guard text.count >= 2, let quote = text.first, quote == "\"" || quote == "'",
      text.last == quote
    else { return text }
    return String(text.dropFirst().dropLast())
  }
}
