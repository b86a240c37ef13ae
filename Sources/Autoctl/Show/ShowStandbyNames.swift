internal import ArgumentParser
internal import MonitorClient

/// `show standby-names`: the `synchronous_standby_names` that the monitor gives to a group's primary.
struct ShowStandbyNames: Command {
  static let configuration = CommandConfiguration(
    commandName: "standby-names", abstract: "Show the synchronous_standby_names of a group.",
    discussion: "Example: pg_autoctl show standby-names --pgdata monitor")

  @OptionGroup var access: MonitorOptions
  @OptionGroup var place: GroupOptions
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> StandbyNames {
    let monitor = try access.client(in: context)
    let node = try access.node(in: context)
    let formation = place.formation(or: node)
    let group = place.group(or: node)
    return StandbyNames(
      formation: formation, group: group,
      names: try await monitor.synchronousStandbyNames(formation: formation, groupID: group))
  }
}

/// The names of a group's standbys that confirm commits.
struct StandbyNames: Displayable, Equatable {
  var formation: String
  var group: Int
  var names: String

  var text: String { "'\(names)'\n" }

  var json: JSONValue {
    .object([
      .init("formation", .text(formation)), .init("group", .integer(Int64(group))),
      .init("synchronous_standby_names", .text(names)),
    ])
  }
}
