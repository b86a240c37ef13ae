internal import MonitorClient

/// A rule about a node where it stands, and what keeps it silent: a row of the monitor's `why()`.
struct RuleObstacles: Sendable, Equatable {
  var nodeID: Int64
  var node: String
  /// The node's state, or the way that it is on.
  var state: String
  var position: Int64
  var phase: String
  /// The facts that the rule needs and that do not hold.
  var missing: [String]
  /// The facts that hold and that the rule forbids.
  var blocking: [String]
  /// What the node would be assigned; `nil` when the rule is about others.
  var goal: String?
  var because: String

  /// How many facts would have to change.
  var distance: Int { missing.count + blocking.count }

  /// Reads `why()`; nothing when its columns are not those that this program knows.
  static func all(in table: AnswerTable) -> [RuleObstacles] {
    table.rows.compactMap { row in
      func value(_ column: String) -> String? {
        table.columns.firstIndex(of: column).flatMap { row[$0] }
      }
      guard let node = value("node_name"), let state = value("node_state"),
        let position = value("rule_pos").flatMap({ Int64($0) }), let because = value("because")
      else { return nil }
      return RuleObstacles(
        nodeID: value("node_id").flatMap { Int64($0) } ?? 0, node: node, state: state,
        position: position, phase: value("phase") ?? "", missing: names(value("missing")),
        blocking: names(value("blocking")), goal: value("node_goal"), because: because)
    }
  }

  /// The members of an array as PostgreSQL prints it; names of facts and states hold no quotes.
  static func names(_ array: String?) -> [String] {
    (array ?? "").split { "{},\"".contains($0) }.map(String.init)
  }
}
