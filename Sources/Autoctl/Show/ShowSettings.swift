internal import ArgumentParser
internal import MonitorClient

/// `show settings`: what operators have set for a formation and its nodes, and what follows from it.
struct ShowSettings: Command {
  static let configuration = CommandConfiguration(
    commandName: "settings", abstract: "Show the replication settings of a formation.",
    discussion: """
      Example: pg_autoctl show settings --formation default --pgdata monitor
      """)

  @OptionGroup var access: MonitorOptions
  @OptionGroup var place: FormationOption
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> SettingList {
    let monitor = try access.client(in: context)
    let formation = try place.name(beside: access, in: context)
    let settings = try await monitor.formationSettings(formation: formation)
    if settings.isEmpty { try await monitor.requireFormation(formation) }
    return SettingList(settings: settings)
  }
}

/// What `show settings` answers.
struct SettingList: Displayable, Equatable {
  var settings: [SettingRow]

  var text: String {
    Table(
      columns: [
        .init("Context"), .init("Name"), .init("Setting"), .init("Value", startsLeft: true),
      ],
      rows: settings.map { [$0.context, $0.name, $0.setting, $0.value] }
    ).rendered
  }

  /// Programs read the settings by their context, and every value as a text.
  var json: JSONValue {
    .object(
      [("formation", "formation"), ("primary", "primary"), ("nodes", "node")].map { key, context in
        .init(key, .array(settings.filter { $0.context == context }.map(Self.json)))
      })
  }

  private static func json(_ row: SettingRow) -> JSONValue {
    .object([
      .init("context", .text(row.context)),
      .init("group_id", .optional(row.groupID.map(String.init))),
      .init("node_id", .optional(row.nodeID.map { String($0) })),
      .init("nodename", .text(row.name)), .init("setting", .text(row.setting)),
      .init("value", .text(row.value)),
    ])
  }
}
