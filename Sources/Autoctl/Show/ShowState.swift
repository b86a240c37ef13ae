internal import ArgumentParser
internal import MonitorClient

/// `show state`: the nodes of a formation, once or again each second.
struct ShowState: Command {
  static let configuration = CommandConfiguration(
    commandName: "state", abstract: "Show the nodes and their states.")

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
      return .once(NodeList(nodes: nodes))
    }
    try await Watch(context: context).redraw {
      NodeList(nodes: try await monitor.currentState(formation: formation, groupID: group))
    }
    return .watched
  }
}
