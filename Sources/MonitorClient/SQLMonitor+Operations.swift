public import Failover
internal import PostgresClient

/// What an operator asks for. Each call returns when the monitor has decided; that the nodes have
/// followed shows in later notifications, none of which is missed, because the connection that asks
/// listens already.
extension SQLMonitor {
  /// Hands the primary's role of a group to a standby.
  public func performFailover(formation: String, groupID: Int) async throws(MonitorError) {
    _ = try await ask(
      "SELECT pgautofailover.perform_failover($1, $2)", [formation, String(groupID)])
  }

  public func groupSnapshot(
    formation: String, groupID: Int
  ) async throws(MonitorError) -> String {
    try await askOne(
      "SELECT pgautofailover.group_snapshot($1, $2) AS answer", [formation, String(groupID)]
    ) { row throws(PostgresError) in try row.text("answer") }
  }

  /// Brings a group into this monitor, which does not know it: its primary tells what a lost monitor had
  /// told it, its own state, and the standby names that it has confirmed. `true` when the group is there
  /// already. Refused with 55006 by a monitor that knows other nodes of the formation or at these addresses.
  public func restoreGroup(
    _ snapshot: String, nodeID: Int64, state: NodeState, standbyNames: String
  ) async throws(MonitorError) -> Bool {
    try await truth(
      of: "SELECT pgautofailover.restore_group($1, $2, $3, $4) AS answer",
      [snapshot, String(nodeID), state.rawValue, standbyNames])
  }

  /// Hands the role of this primary to a standby; `false` when it is not the primary.
  public func handOver(nodeID: Int64) async throws(MonitorError) -> Bool {
    try await truth(of: "SELECT pgautofailover.hand_over($1) AS answer", [String(nodeID)])
  }

  /// Makes this node the primary; `false` when it is one already.
  public func performPromotion(
    formation: String, nodeName: String
  ) async throws(MonitorError) -> Bool {
    try await truth(
      of: "SELECT pgautofailover.perform_promotion($1, $2) AS answer", [formation, nodeName])
  }

  /// Puts a node into the operator's hands. A primary hands its role over first, unless that is not
  /// wanted: then its group has no writer until the maintenance ends.
  public func startMaintenance(
    nodeID: Int64, withFailover: Bool = true
  ) async throws(MonitorError) {
    try await request(
      withFailover
        ? "SELECT pgautofailover.start_maintenance($1) AS answer"
        : "SELECT pgautofailover.start_maintenance($1, with_failover => false) AS answer",
      for: nodeID)
  }

  /// Gives a node back to the monitor.
  public func stopMaintenance(nodeID: Int64) async throws(MonitorError) {
    try await request("SELECT pgautofailover.stop_maintenance($1) AS answer", for: nodeID)
  }

  /// The monitor answers false only for a node that it does not know.
  private func request(_ statement: String, for nodeID: Int64) async throws(MonitorError) {
    guard try await truth(of: statement, [String(nodeID)]) else {
      throw Self.unknownNode(nodeID)
    }
  }

  private func truth(
    of statement: String, _ parameters: [String?]
  ) async throws(MonitorError) -> Bool {
    try await askOne(statement, parameters) { row throws(PostgresError) in
      try row.boolean("answer")
    }
  }
}
