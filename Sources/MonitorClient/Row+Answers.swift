internal import Failover
internal import PostgresClient

extension Assignment {
  /// Reads the answer of `node_active`, which is also the beginning of `register_node`'s.
  init(row: Row) throws(PostgresError) {
    self.init(
      nodeID: try row.integer("assigned_node_id"), groupID: try row.number("assigned_group_id"),
      goal: try row.state("assigned_group_state"),
      candidatePriority: try row.number("assigned_candidate_priority"),
      replicationQuorum: try row.boolean("assigned_replication_quorum"))
  }
}

extension GroupMember {
  /// Reads a row of `get_nodes` or `get_other_nodes`.
  init(row: Row) throws(PostgresError) {
    self.init(
      id: try row.integer("node_id"), name: try row.text("node_name"),
      host: try row.text("node_host"), port: try row.number("node_port"),
      position: try row.position("node_lsn"), isPrimary: try row.boolean("node_is_primary"))
  }
}

extension Row {
  func number(_ column: String) throws(PostgresError) -> Int {
    Int(try integer(column))
  }

  func state(_ column: String) throws(PostgresError) -> NodeState {
    let label = try text(column)
    guard let state = NodeState(rawValue: label) else {
      throw PostgresError(
        code: .unexpectedResult, message: "\"\(label)\" in column \"\(column)\" is no known state.")
    }
    return state
  }

  func position(_ column: String) throws(PostgresError) -> LogPosition {
    let label = try text(column)
    guard let position = LogPosition(label) else {
      throw PostgresError(
        code: .unexpectedResult,
        message: "\"\(label)\" in column \"\(column)\" is no position in the log.")
    }
    return position
  }
}
