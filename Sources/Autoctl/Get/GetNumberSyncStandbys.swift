internal import ArgumentParser
internal import MonitorClient

/// `get formation number-sync-standbys`: how many standbys must confirm a commit.
struct GetNumberSyncStandbys: Command {
  static let configuration = CommandConfiguration(
    commandName: "number-sync-standbys",
    abstract: "Show how many standbys must confirm a commit.",
    discussion: """
      Example: pg_autoctl get formation number-sync-standbys --pgdata monitor
      """)

  @OptionGroup var access: MonitorOptions
  @OptionGroup var place: FormationOption
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> SettingAnswer {
    let monitor = try access.client(in: context)
    let formation = try place.name(beside: access, in: context)
    guard let number = try await monitor.numberSyncStandbys(formation: formation) else {
      throw await monitor.unknownFormation(formation)
    }
    return SettingAnswer("number-sync-standbys", .integer(Int64(number)))
  }
}
