internal import ArgumentParser
internal import MonitorClient

/// `set formation number-sync-standbys`: how many standbys must confirm a commit.
struct SetNumberSyncStandbys: Command {
  static let configuration = CommandConfiguration(
    commandName: "number-sync-standbys",
    abstract: "Set how many standbys must confirm a commit.",
    discussion: """
      With 0 one standby confirms, and the primary goes on alone when none is left. With 1 or more, so \
      many always confirm, and writes wait when fewer are left. By itself it becomes 1 when a second \
      standby joins, and falls when one leaves; a 0 that was set stays.

      Example: pg_autoctl set formation number-sync-standbys 1 --pgdata monitor
      """)

  @Argument(help: "0, or so many standbys.")
  var number: Int
  @OptionGroup var access: MonitorOptions
  @OptionGroup var place: FormationOption
  @OptionGroup var wait: WaitOption
  @OptionGroup var global: GlobalOptions

  func validate() throws { try SettingLimits.requireNumber(number, "The number") }

  func run(in context: CommandContext) async throws -> SettingAnswer {
    let monitor = try access.client(in: context)
    let formation = try place.name(beside: access, in: context)
    try await monitor.requireFormation(formation)
    try await SettingChange(
      monitor: monitor, formation: formation, group: 0, context: context
    ).perform(atMost: wait.limit) { () async throws(MonitorError) in
      try await monitor.setNumberSyncStandbys(number, formation: formation)
    }
    let names = try? await monitor.synchronousStandbyNames(formation: formation, groupID: 0)
    return SettingAnswer(
      "number-sync-standbys", .integer(Int64(number)),
      others: names.map { [.init("synchronous_standby_names", .text($0))] } ?? [])
  }
}
