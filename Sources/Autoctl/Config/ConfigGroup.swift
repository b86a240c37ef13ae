internal import ArgumentParser
internal import Configuration

/// `config …`
struct ConfigGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Show, check or change the configuration file.",
    subcommands: [ConfigGet.self, ConfigSet.self, ConfigCheck.self, ConfigConvert.self])

  @OptionGroup var global: GlobalOptions
}

extension PgdataOptions {
  /// The configuration file of either kind.
  func document(at locations: FileLocations) throws -> ConfigurationDocument {
    _ = try role(at: locations)
    return try ConfigurationDocument(at: locations.configuration)
  }
}

extension SettingValue {
  /// As `config get` prints it, and as `config set` takes it: a text without quotes.
  var word: String {
    if case .text(let text) = self { text } else { rendered }
  }

  var json: JSONValue {
    switch self {
    case .text(let text): .text(text)
    case .integer(let number): .integer(Int64(number))
    case .boolean(let truth): .boolean(truth)
    }
  }
}

/// Settings with their values, for programs: tables of keys, as in the file.
struct SettingTables {
  var role: ConfigurationRole?
  var entries: [ConfigurationDocument.Entry]

  var json: JSONValue {
    var tables: [JSONValue.Member] = []
    for entry in entries where !tables.contains(where: { $0.key == entry.table }) {
      let isFirst = tables.isEmpty
      let own = entries.filter { $0.table == entry.table }.map {
        JSONValue.Member($0.key, $0.value.json)
      }
      let head = role.flatMap { isFirst ? JSONValue.Member("role", .text($0.rawValue)) : nil }
      tables.append(.init(entry.table, .object((head.map { [$0] } ?? []) + own)))
    }
    return .object(tables)
  }
}
