public import Failover
internal import PostgresClient

extension SQLMonitor {
  /// Reports and learns the goal. 42704 says that the node is not registered any more, 42P17 that it
  /// belongs to another formation.
  public func nodeActive(
    formation: String, nodeID: Int64, groupID: Int, report: NodeReport
  ) async throws(MonitorError) -> Assignment {
    let call = ReportCall(formation: formation, nodeID: nodeID, groupID: groupID, report: report)
    return try await askOne(
      ReportCall.statement, call.parameters, isRepeated: true, row: Assignment.init(row:))
  }

  public func otherNodes(of nodeID: Int64) async throws(MonitorError) -> [GroupMember] {
    try await askAll(
      "SELECT * FROM pgautofailover.get_other_nodes($1) ORDER BY node_id", [String(nodeID)],
      eachRow: GroupMember.init(row:))
  }

  public func primary(
    formation: String, groupID: Int
  ) async throws(MonitorError) -> GroupMember {
    try await askOne(
      "SELECT * FROM pgautofailover.get_primary($1, $2)", [formation, String(groupID)]
    ) { row throws(PostgresError) in
      GroupMember(
        id: try row.integer("primary_node_id"), name: try row.text("primary_name"),
        host: try row.text("primary_host"), port: try row.number("primary_port"), isPrimary: true)
    }
  }

  public func mostAdvancedStandby(
    formation: String, groupID: Int, besides nodeID: Int64
  ) async throws(MonitorError) -> GroupMember {
    try await askOne(
      "SELECT * FROM pgautofailover.get_most_advanced_standby($1, $2, $3)",
      [formation, String(groupID), String(nodeID)], row: GroupMember.init(row:))
  }

  public func standbyNames(
    ofPrimary nodeID: Int64, formation: String, groupID: Int
  ) async throws(MonitorError) -> String? {
    // One statement, so that both are of the same moment.
    try await askAll(
      """
      SELECT pgautofailover.synchronous_standby_names($1, $2) AS names
        FROM pgautofailover.get_primary($1, $2) WHERE primary_node_id = $3
      """,
      [formation, String(groupID), String(nodeID)]
    ) { row throws(PostgresError) in try row.text("names") }.first
  }

  /// What the primary of a group sets, whoever that is: `synchronous_standby_names(formation, group)`.
  public func synchronousStandbyNames(
    formation: String, groupID: Int
  ) async throws(MonitorError) -> String {
    try await askOne(
      "SELECT pgautofailover.synchronous_standby_names($1, $2) AS names",
      [formation, String(groupID)]
    ) { row throws(PostgresError) in try row.text("names") }
  }
}
