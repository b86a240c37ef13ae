/// A configuration file of either kind, as the commands that show, check and change it see it.
public struct ConfigurationDocument: Sendable {
  /// A setting with its value.
  public struct Entry: Sendable, Equatable {
    public var table: String
    public var key: String
    public var value: SettingValue
    /// What makes a change of it count.
    public var application: SettingApplication
  }

  public let path: String
  public let role: ConfigurationRole
  /// The whole file, with its comments.
  public let text: String
  /// Every setting, also those that the file leaves out.
  public let entries: [Entry]

  /// Reads a file; its first mistake is an error.
  public init(at path: String) throws(ConfigurationError) {
    try self.init(DurableFile.read(path), of: path)
  }

  /// Reads the text of a file.
  public init(_ text: String, of path: String) throws(ConfigurationError) {
    self.path = path
    self.text = text
    role = try ConfigurationFile.role(in: ConfigurationText(text, of: path))
    entries =
      switch role {
      case .keeper: try Self.entries(of: KeeperConfiguration.self, text, path)
      case .monitor: try Self.entries(of: MonitorConfiguration.self, text, path)
      }
  }

  /// The setting of this name, `table.key`; `unknownKey` when there is none.
  public func entry(_ name: String) throws(ConfigurationError) -> Entry {
    if let entry = entries.first(where: { $0.name == name }) { return entry }
    let nearest = NearestName.of(name, among: entries.map(\.name))
    throw ConfigurationError(
      code: .unknownKey, message: "There is no setting \(name) of a \(role.rawValue).",
      hint: nearest.map { "Did you mean \($0)?" }
        ?? "Settings are named as table.key; list them with: pg_autoctl config get.")
  }

  /// The file with another value for a setting: only its line changes, or one is added; comments stay.
  /// `value` is written as on a command line, without quotes.
  public func setting(
    _ name: String, to value: String
  ) throws(ConfigurationError) -> ConfigurationDocument {
    let entry = try entry(name)
    let (kind, means) =
      switch role {
      case .keeper: Self.row(name, of: KeeperConfiguration.self)
      case .monitor: Self.row(name, of: MonitorConfiguration.self)
      }
    guard let parsed = kind.value(from: value) else {
      throw ConfigurationError(
        code: .badValue, message: "The setting \(name) cannot be \"\(value)\".",
        hint: "Give \(kind.wanted.replacing(" in quotes", with: "")).")
    }
    let lines = KeyLines(of: text)
    let edited = lines.replacing(
      entry.key, in: entry.table, with: parsed.rendered, means: means, of: text)
    let changed = try ConfigurationDocument(edited, of: path)
    // What stands on several lines, or twice, is not for us to edit.
    let expected = entries.map { $0.name == name ? $0.with(parsed) : $0 }
    guard changed.entries == expected else {
      throw ConfigurationError(
        code: .syntax, file: path, line: lines.line(of: entry.key, in: entry.table),
        message: "The setting \(name) is written in a way that only a person can change.",
        hint: "Edit the file, then look at it with: pg_autoctl config check.")
    }
    return changed
  }

  /// The names of the settings that differ from those of another file and do not count before the
  /// service's next start.
  public func waiting(since other: ConfigurationDocument) -> [String] {
    zip(entries, other.entries).filter { $0 != $1 && $0.application != .reload }.map(\.0.name)
  }

  /// Puts the file in its place, durably.
  public func save() throws(ConfigurationError) {
    try DurableFile.write(text, to: path)
  }

  private static func entries<Subject: Configurable>(
    of type: Subject.Type, _ text: String, _ path: String
  ) throws(ConfigurationError) -> [Entry] {
    let subject = try ConfigurationFile.parse(type, text, of: path)
    return Subject.settings.map {
      Entry(table: $0.table, key: $0.key, value: $0.read(subject), application: $0.application)
    }
  }

  private static func row<Subject: Configurable>(
    _ name: String, of type: Subject.Type
  ) -> (SettingKind, String) {
    let row = Subject.settings.first { $0.name == name }
    return (row?.kind ?? .text, row?.explanation ?? "")
  }
}

extension ConfigurationDocument.Entry {
  /// `table.key`.
  public var name: String { "\(table).\(key)" }

  fileprivate func with(_ value: SettingValue) -> Self {
    var entry = self
    entry.value = value
    return entry
  }
}

extension SettingKind {
  /// What a person's word for a value means; `nil` when it is no value of this kind.
  func value(from word: String) -> SettingValue? {
    let value: SettingValue? =
      switch self {
      case .integer: Int(word).map(SettingValue.integer)
      case .boolean: Bool(word).map(SettingValue.boolean)
      case .text, .absolutePath, .choice, .rate: .text(word)
      }
    return value.flatMap { accepts($0) ? $0 : nil }
  }
}
