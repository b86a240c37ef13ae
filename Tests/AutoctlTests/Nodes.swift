import Failover

@testable import MonitorClient

/// Nodes and events as the monitor tells of them.
enum Nodes {
  static func node(
    _ id: Int64, _ name: String, _ reported: NodeState, _ goal: NodeState,
    health: NodeHealth = .good, port: Int = 5432
  ) -> StateRow {
    StateRow(
      formation: "default", formationKind: "pgsql", name: name, host: "10.0.0.\(id)", port: port,
      groupID: 0, nodeID: id, reported: reported, goal: goal, candidatePriority: 50,
      replicationQuorum: true, timeline: 1, position: LogPosition(bytes: 0x300_0148),
      health: health, cluster: "default", reportAge: .seconds(1), healthAge: .seconds(1),
      problem: nil)
  }

  static func event(
    _ id: Int64, _ name: String, _ reported: NodeState, _ goal: NodeState, rule: Int?,
    because: String
  ) -> EventRow {
    EventRow(
      id: id, time: "2030-01-01 12:00:0\(id)+00", formation: "default", nodeID: 1, groupID: 0,
      name: name, host: "10.0.0.1", port: 5432, reported: reported, goal: goal, syncState: "",
      timeline: 1, position: LogPosition(bytes: 0x300_0148), candidatePriority: 50,
      replicationQuorum: true, description: because, rulePosition: rule)
  }

  /// A primary and two standbys.
  static let three = [
    node(1, "a", .primary, .primary), node(2, "b", .secondary, .secondary),
    node(3, "c", .secondary, .secondary),
  ]

  /// A primary and six standbys with longer names.
  static let seven = (1...7).map { number in
    let name = number == 4 ? "reporting-amsterdam" : "node_\(number)"
    return node(
      Int64(number), name, number == 1 ? .primary : .secondary,
      number == 1 ? .applySettings : number == 7 ? .preparePromotion : .secondary)
  }

  /// A primary and its standby, as in the guide.
  static let pair = [
    node(1, "ha-demo-a", .primary, .primary), node(2, "ha-demo-b", .secondary, .secondary),
  ]
}
