/// Reads and writes configuration files, by the rows of their settings.
public enum ConfigurationFile {
  /// Reads a file; every mistake in it is an error that names its line and what to write instead.
  /// `noFile` when there is none.
  public static func read<Subject: Configurable>(
    _ type: Subject.Type, at path: String
  ) throws(ConfigurationError) -> Subject {
    try parse(type, DurableFile.read(path), of: path)
  }

  /// Reads the text of a file.
  public static func parse<Subject: Configurable>(
    _ type: Subject.Type, _ content: String, of path: String
  ) throws(ConfigurationError) -> Subject {
    let text = try ConfigurationText(content, of: path)
    let role = try role(in: text)
    guard role == Subject.role else {
      throw ConfigurationError(
        code: .badValue, file: path, line: text.line(of: "role", in: "pg_autoctl"),
        message:
          "This is the configuration of a \(role.rawValue), not of a \(Subject.role.rawValue).",
        hint: "Use a command that is meant for a \(role.rawValue), or another --pgdata.")
    }
    if let unknown = unknown(in: text, settings: Subject.settings.map { ($0.table, $0.key) }).first
    {
      throw unknown
    }
    var subject = Subject()
    for setting in Subject.settings {
      try apply(setting, of: text, to: &subject)
    }
    return subject
  }

  /// Every mistake in a file, in the order of its lines; none when it can be used.
  public static func mistakes(at path: String) -> [ConfigurationError] {
    do throws(ConfigurationError) {
      let text = try ConfigurationText(DurableFile.read(path), of: path)
      switch try role(in: text) {
      case .keeper: return mistakes(KeeperConfiguration.self, in: text)
      case .monitor: return mistakes(MonitorConfiguration.self, in: text)
      }
    } catch {
      return [error]
    }
  }

  private static func mistakes<Subject: Configurable>(
    _ type: Subject.Type, in text: ConfigurationText
  ) -> [ConfigurationError] {
    var mistakes = unknown(in: text, settings: Subject.settings.map { ($0.table, $0.key) })
    var subject = Subject()
    for setting in Subject.settings {
      do throws(ConfigurationError) {
        try apply(setting, of: text, to: &subject)
      } catch {
        mistakes.append(error)
      }
    }
    return mistakes.sorted { ($0.line ?? 0) < ($1.line ?? 0) }
  }

  /// Whom the file is for; `noFile` when there is none.
  public static func role(at path: String) throws(ConfigurationError) -> ConfigurationRole {
    try role(in: ConfigurationText(DurableFile.read(path), of: path))
  }

  /// Writes the file aside, syncs and renames it. Only its owner may read it: it can hold passwords.
  public static func write<Subject: Configurable>(
    _ subject: Subject, to path: String
  ) throws(ConfigurationError) {
    try DurableFile.write(render(subject), to: path)
  }

  /// The text of the file: each key below the sentence that explains it.
  public static func render<Subject: Configurable>(_ subject: Subject) -> String {
    var text = """
      # The configuration of this \(Subject.role.rawValue). Changes take effect with: pg_autoctl reload

      [pg_autoctl]
      # What this file is for.
      role = \(SettingValue.text(Subject.role.rawValue).rendered)

      """
    var table = "pg_autoctl"
    for setting in Subject.settings {
      if setting.table != table {
        table = setting.table
        text += "\n[\(table)]\n"
      }
      text += "# \(setting.explanation)\n"
      text += "\(setting.key) = \(setting.read(subject).rendered)\n"
    }
    return text
  }

  static func role(
    in text: ConfigurationText
  ) throws(ConfigurationError) -> ConfigurationRole {
    guard case .text(let word)? = text.value(of: "role", in: "pg_autoctl"),
      let role = ConfigurationRole(rawValue: word)
    else {
      throw ConfigurationError(
        code: .missingKey, file: text.file, line: text.line(of: "role", in: "pg_autoctl"),
        message: "The setting pg_autoctl.role is missing or is neither keeper nor monitor.",
        hint: "Write below [pg_autoctl]: role = \"keeper\", or role = \"monitor\" on the monitor.")
    }
    return role
  }

  private static func apply<Subject>(
    _ setting: Setting<Subject>, of text: ConfigurationText, to subject: inout Subject
  ) throws(ConfigurationError) {
    let isPresent = text.keys(of: setting.table)?.contains(setting.key) == true
    let unit = setting.unit.map { " (\($0))" } ?? ""
    let hint = "Write below [\(setting.table)]: \(setting.key) = \(setting.kind.wanted)\(unit)."
    if isPresent {
      guard let value = text.value(of: setting.key, in: setting.table), setting.kind.accepts(value)
      else {
        throw ConfigurationError(
          code: .badValue, file: text.file, line: text.line(of: setting.key, in: setting.table),
          message: "The setting \(setting.name) cannot be "
            + "\(text.written(setting.key, in: setting.table)).",
          hint: hint)
      }
      setting.write(&subject, value)
    }
    if setting.isRequired, setting.read(subject) == .text("") {
      throw ConfigurationError(
        code: .missingKey, file: text.file, line: text.line(of: setting.key, in: setting.table),
        message: "The setting \(setting.name) is missing.", hint: hint)
    }
  }

  private static func unknown(
    in text: ConfigurationText, settings: [(table: String, key: String)]
  ) -> [ConfigurationError] {
    var mistakes: [ConfigurationError] = []
    let known = Set(settings.map(\.table)).sorted()
    for table in text.tables {
      guard known.contains(table), let keys = text.keys(of: table) else {
        mistakes.append(
          unknown(
            "table or setting \"\(table)\"", written: table, among: known, text.line(in: table),
            text))
        continue
      }
      let allowed =
        settings.filter { $0.table == table }.map(\.key)
        + (table == "pg_autoctl" ? ["role"] : [])
      for key in keys where !allowed.contains(key) {
        mistakes.append(
          unknown(
            "setting \"\(key)\" in [\(table)]", written: key, among: allowed,
            text.line(of: key, in: table), text))
      }
    }
    return mistakes
  }

  private static func unknown(
    _ what: String, written: String, among names: [String], _ line: Int?, _ text: ConfigurationText
  ) -> ConfigurationError {
    let list = names.joined(separator: ", ")
    let hint =
      NearestName.of(written, among: names).map { "Write \($0) instead." }
      ?? "Remove it, or use one of: \(list)."
    return ConfigurationError(
      code: .unknownKey, file: text.file, line: line, message: "There is no \(what).", hint: hint)
  }
}
