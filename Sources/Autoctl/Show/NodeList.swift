internal import Failover
internal import MonitorClient

/// What `show state` answers: the nodes of a formation.
struct NodeList: Displayable, Equatable {
  var nodes: [StateRow]
  /// What elections wait for, in sentences; people read them below the table.
  var waits: [String] = []

  var text: String { text(within: nil) }

  func text(within width: Int?) -> String {
    table.rendered(within: width) + (waits.isEmpty ? "" : "\n" + waits.map { $0 + "\n" }.joined())
  }

  private var table: Table {
    Table(
      columns: [
        // the port stands beside the host once more, and the health in the connection
        .init("Name"), .init("Port", leaves: 7), .init("Group", leaves: 5),
        .init("Node", leaves: 4), .init("Host:Port", leaves: 2), .init("TLI: LSN", leaves: 3),
        .init("Connection", leaves: 1), .init("Health", leaves: 6), .init("Current State"),
        .init("Assigned State"),
      ],
      rows: nodes.map { node in
        [
          node.name, "\(node.port)", "\(node.groupID)", "\(node.nodeID)",
          "\(node.host):\(node.port)", "\(node.timeline): \(node.position)",
          Self.connection(to: node), node.health.rawValue, node.reported.rawValue,
          node.goal.rawValue,
        ]
      })
  }

  /// What clients can do there, by the node's word.
  static func role(of node: StateRow) -> String {
    if node.reported.takesWrites { return "read-write" }
    let isStandby = node.reported.server == .standby || node.reported.server == .detachedStandby
    return isStandby ? "read-only" : "none"
  }

  /// The same; `!` when the server does not answer, `?` when nobody knows.
  private static func connection(to node: StateRow) -> String {
    let kind = role(of: node)
    return switch node.health {
    case .good: kind
    case .bad: kind + " !"
    case .unknown: kind + " ?"
    }
  }

  var json: JSONValue {
    .array(
      nodes.map { node in
        .object([
          .init("health", .integer(Self.number(of: node.health))),
          .init("node_id", .integer(node.nodeID)),
          .init("group_id", .integer(Int64(node.groupID))),
          .init("nodehost", .text(node.host)),
          .init("nodename", .text(node.name)),
          .init("nodeport", .integer(Int64(node.port))),
          .init("nodecluster", .text(node.cluster)),
          .init("reported_lsn", .text(node.position.description)),
          .init("reported_tli", .integer(Int64(node.timeline))),
          .init("formation_kind", .text(node.formationKind)),
          .init("candidate_priority", .integer(Int64(node.candidatePriority))),
          .init("replication_quorum", .boolean(node.replicationQuorum)),
          .init("current_group_state", .text(node.reported.rawValue)),
          .init("assigned_group_state", .text(node.goal.rawValue)),
          .init("problem", .optional(node.problem)),
        ])
      })
  }

  private static func number(of health: NodeHealth) -> Int64 {
    switch health {
    case .good: 1
    case .bad: 0
    case .unknown: -1
    }
  }
}
