internal import Failover
internal import Logging
internal import MonitorClient

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
