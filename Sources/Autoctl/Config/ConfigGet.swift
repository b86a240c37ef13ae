internal import ArgumentParser
internal import Configuration

/// `config get`: the whole file, or one value.
struct ConfigGet: Command {
  static let configuration = CommandConfiguration(
    commandName: "get", abstract: "Show the configuration file, or one setting.",
    discussion: """
      The file holds passwords: so does what this prints.

      Example: pg_autoctl config get timeout.network_partition_timeout --pgdata ha
      """)

  @Argument(help: "The setting. Default: the whole file.")
  var setting: String?
  @OptionGroup var directory: PgdataOptions
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> ConfigurationAnswer {
    let document = try directory.document(at: directory.locations(in: context))
    return ConfigurationAnswer(
      document: document, entry: try setting.map { try document.namedEntry($0) })
  }
}

/// What `config get` and `config set` answer.
struct ConfigurationAnswer: Displayable {
  var document: ConfigurationDocument
  /// The one setting that is meant; `nil` for all.
  var entry: ConfigurationDocument.Entry?

  var text: String { entry.map { $0.value.word + "\n" } ?? document.text }

  var json: JSONValue {
    SettingTables(
      role: entry == nil ? document.role : nil, entries: entry.map { [$0] } ?? document.entries
    ).json
  }
}

extension ConfigurationDocument {
  /// The setting that a person names on the command line.
  func namedEntry(_ name: String) throws -> Entry {
    do throws(ConfigurationError) {
      return try entry(name)
    } catch {
      throw CommandError(.badArguments, error.message, hint: error.hint)
    }
  }
}
