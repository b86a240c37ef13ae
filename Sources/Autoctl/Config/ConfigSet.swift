internal import ArgumentParser
internal import Configuration
internal import Glibc
internal import Logging

/// `config set`: changes one line of the configuration file; comments stay.
struct ConfigSet: Command {
  static let configuration = CommandConfiguration(
    commandName: "set", abstract: "Change a setting in the configuration file.",
    discussion: """
      A service that runs is told, if a reload applies the setting; else the command says when the \
      change counts.

      Example: pg_autoctl config set timeout.network_partition_timeout 10 --pgdata ha
      """)

  @Argument(help: "The setting, as table.key.")
  var setting: String
  @Argument(help: "Its new value, without quotes.")
  var value: String
  @OptionGroup var directory: PgdataOptions
  @OptionGroup var global: GlobalOptions

  var isForServerOwner: Bool { true }

  func run(in context: CommandContext) async throws -> ConfigurationAnswer {
    let locations = try directory.locations(in: context)
    let document = try directory.document(at: locations)
    let old = try document.namedEntry(setting)
    guard old.application != .creation else {
      throw CommandError(
        .badArguments, "\(setting) was decided when this \(document.role.rawValue) was created.",
        hint: "Create another one, and drop this one.")
    }
    if document.role == .keeper, let option = Self.metadata[setting] {
      throw CommandError(
        .badArguments, "The monitor knows \(setting), and must learn of a change first.",
        hint: "Use: pg_autoctl set node metadata \(option) \(value)")
    }
    let changed = try edited(document)
    let new = try changed.namedEntry(setting)
    if new == old {
      context.logger.info("\(setting) is \(new.value.rendered) already")
      return ConfigurationAnswer(document: changed, entry: new)
    }
    try changed.save()
    try tell(RunningService(locations: locations), of: new, in: context)
    return ConfigurationAnswer(document: changed, entry: new)
  }

  /// Which option of `set node metadata` changes a setting that the monitor knows, too.
  private static let metadata = [
    "pg_autoctl.name": "--name", "pg_autoctl.hostname": "--hostname", "postgresql.port": "--pgport",
  ]

  private func edited(_ document: ConfigurationDocument) throws -> ConfigurationDocument {
    do throws(ConfigurationError) {
      return try document.setting(setting, to: value)
    } catch let error where error.code == .badValue {
      throw CommandError(.badArguments, error.message, hint: error.hint)
    } catch {
      throw error
    }
  }

  private func tell(
    _ service: RunningService, of entry: ConfigurationDocument.Entry, in context: CommandContext
  ) throws {
    guard service.process != nil else {
      context.logger.info("\(setting) is set; no service runs: it counts from its start")
      return
    }
    if entry.application == .reload, try service.send(SIGHUP) {
      context.logger.info("\(setting) is set, and the service reads its configuration again")
    } else {
      context.logger.warning(
        "\(setting) is set, and counts when the service is started again: pg_autoctl stop, then run"
      )
    }
  }
}
