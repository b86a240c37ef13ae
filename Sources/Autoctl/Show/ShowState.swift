internal import ArgumentParser
internal import MonitorClient

/// `show state`: the nodes of a formation, once or again each second.
struct ShowState: Command {
  static let configuration = CommandConfiguration(
    commandName: "state", abstract: "Show the nodes and their states.",
    discussion: """
      While a group has no writer, what its election waits for stands below the table.

      Example: pg_autoctl show state --watch --pgdata monitor
      """)

  @OptionGroup var access: MonitorOptions
  @OptionGroup var place: GroupOptions
  @Flag(name: [.customShort("W"), .long], help: "Show it again each second, until interrupted.")
  var watch = false
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> Watched<NodeList> {
    let monitor = try access.client(in: context)
    let formation = place.formation(or: try access.node(in: context))
    let group = place.group
    guard watch else {
      let nodes = try await monitor.currentState(formation: formation, groupID: group)
      if nodes.isEmpty { try await monitor.requireFormation(formation) }
      return .once(try await Self.list(nodes, from: monitor, in: context))
    }
    try await Watch(context: context).redraw {
      let nodes = try await monitor.currentState(formation: formation, groupID: group)
      return try await Self.list(nodes, from: monitor, in: context)
    }
    return .watched
  }

  /// The nodes; for people with what their groups wait for, if anything.
  private static func list(
    _ nodes: [StateRow], from monitor: any OperatorMonitor, in context: CommandContext
  ) async throws -> NodeList {
    var list = NodeList(nodes: nodes)
    guard context.format == .text, let formation = nodes.first?.formation else { return list }
    for group in Set(nodes.map(\.groupID)).sorted() {
      list.waits += try await monitor.electionWaitIfKnown(formation: formation, groupID: group)
    }
    return list
  }
}
