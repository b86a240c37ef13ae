internal import ArgumentParser
internal import Failover
internal import Logging
internal import MonitorClient

/// `enable maintenance`: puts a node into the operator's hands.
struct EnableMaintenance: Command {
  static let configuration = CommandConfiguration(
    commandName: "maintenance", abstract: "Put a node into maintenance: its server is left alone.")

  @OptionGroup var selection: NodeSelection
  @Flag(
    name: [.customShort("A"), .long],
    help: "When the node is the primary, let another one take over first.")
  var allowFailover = false
  @OptionGroup var wait: WaitOption
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> NodeAnswer {
    let monitor = try selection.access.client(in: context)
    let node = try await selection.node(from: monitor, in: context)
    if node.reported == .maintenance, node.goal == .maintenance {
      context.logger.info("\(node.name) is in maintenance already")
      return NodeAnswer(node: node)
    }
    guard allowFailover || !node.goal.takesWrites else {
      throw CommandError(
        .badArguments, "\(node.name) is the primary of its group.",
        hint: "Add --allow-failover to let a standby take over first.")
    }
    let follower = GroupFollower(
      monitor, formation: node.formation, group: node.groupID, context: context)
    _ = try await follower.begin()
    let refusal = Refusal(monitor: monitor, formation: node.formation, group: node.groupID)
    try await refusal.explaining("requested_maintenance", in: context) {
      () async throws(MonitorError) in
      try await monitor.startMaintenance(nodeID: node.nodeID)
    }
    return try await follower.wait(for: node, toReach: [.maintenance], atMost: wait.limit)
  }
}

/// `disable maintenance`: gives a node back to the monitor.
struct DisableMaintenance: Command {
  static let configuration = CommandConfiguration(
    commandName: "maintenance", abstract: "End the maintenance of a node.")

  @OptionGroup var selection: NodeSelection
  @OptionGroup var wait: WaitOption
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> NodeAnswer {
    let monitor = try selection.access.client(in: context)
    let node = try await selection.node(from: monitor, in: context)
    let follower = GroupFollower(
      monitor, formation: node.formation, group: node.groupID, context: context)
    _ = try await follower.begin()
    let refusal = Refusal(monitor: monitor, formation: node.formation, group: node.groupID)
    try await refusal.explaining("requested_maintenance_end", in: context) {
      () async throws(MonitorError) in
      try await monitor.stopMaintenance(nodeID: node.nodeID)
    }
    return try await follower.wait(
      for: node, toReach: [.secondary, .primary, .single], atMost: wait.limit)
  }
}

/// A node, as it is when the command ends.
struct NodeAnswer: Displayable, Equatable {
  var node: StateRow

  var text: String { "" }

  var json: JSONValue {
    .object([
      .init("name", .text(node.name)), .init("node_id", .integer(node.nodeID)),
      .init("current_group_state", .text(node.reported.rawValue)),
      .init("assigned_group_state", .text(node.goal.rawValue)),
    ])
  }
}

extension GroupFollower {
  /// Waits until a node has settled in one of these states.
  func wait(
    for node: StateRow, toReach states: Set<NodeState>, atMost limit: Duration
  ) async throws -> NodeAnswer {
    if limit == .zero { return NodeAnswer(node: node) }
    func isThere(_ row: StateRow) -> Bool {
      row.nodeID == node.nodeID && row.isSettled && states.contains(row.reported)
    }
    guard
      let nodes = try await wait(atMost: limit, until: { $0.contains(where: isThere) }),
      let row = nodes.first(where: isThere)
    else {
      throw CommandError(
        .monitor,
        "\(node.name) did not become \(states.map(\.rawValue).sorted().joined(separator: " or ")) "
          + "within \(limit.components.seconds) seconds.",
        hint: "It may still do so; watch it with: pg_autoctl show state --watch.")
    }
    context.logger.info("\(row.name) is \(row.reported.rawValue)")
    return NodeAnswer(node: row)
  }
}
