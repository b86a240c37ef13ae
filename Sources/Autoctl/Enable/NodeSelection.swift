internal import ArgumentParser
internal import Configuration
internal import Keeper
internal import MonitorClient

/// One node: that of --pgdata, or one that is named.
struct NodeSelection: ParsableArguments {
  @OptionGroup var access: MonitorOptions
  @Option(
    name: [.customShort("f"), .long], help: "The formation. Default: the node's, or default.")
  var formation: String?
  @Option(name: [.customShort("a"), .long], help: "The node. Default: the one of --pgdata.")
  var name: String?

  /// The node as the monitor knows it.
  func node(from monitor: any OperatorMonitor, in context: CommandContext) async throws -> StateRow
  {
    let configuration = try access.node(in: context)
    let formation = formation ?? configuration?.formation ?? "default"
    if let name { return try await monitor.node(named: name, formation: formation) }
    guard configuration != nil else {
      throw CommandError(
        .badArguments, "Nobody said which node is meant.",
        hint: "Name it with --name, or name its data directory with --pgdata on its own host.")
    }
    let locations = try access.directory.locations(in: context)
    let state = try StateFile(path: locations.state).load()
    let nodes = try await monitor.currentState(formation: formation, groupID: state.groupID)
    guard let node = nodes.first(where: { $0.nodeID == state.nodeID }) else {
      throw CommandError(
        .monitor, "The monitor does not know this node, whose id is \(state.nodeID).",
        hint: "Somebody may have dropped it; create it again with: pg_autoctl create postgres.")
    }
    return node
  }
}
