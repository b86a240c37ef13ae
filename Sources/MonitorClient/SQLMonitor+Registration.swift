internal import Failover
internal import PostgresClient

extension SQLMonitor {
  /// Registers a node. Worth retrying is `refused` with 55006: the group has no primary yet. 23505 says
  /// that the name, the host and port, or the id is taken; 23P01 that the data is another cluster's.
  public func register(
    _ registration: Registration
  ) async throws(MonitorError) -> RegisteredNode {
    try await askOne(
      """
      SELECT * FROM pgautofailover.register_node($1, $2, $3, $4, $5, $6, $7, $8, $9, 'standalone', \
      $10, $11)
      """,
      [
        registration.formation, registration.host, String(registration.port),
        registration.database, registration.name,
        Self.text(ofIdentifier: registration.systemIdentifier),
        String(registration.desiredNodeID), String(registration.desiredGroupID),
        registration.initialState.rawValue, String(registration.candidatePriority),
        String(registration.replicationQuorum),
      ]
    ) { row throws(PostgresError) in
      RegisteredNode(
        assignment: try Assignment(row: row), name: try row.text("assigned_node_name"))
    }
  }

  public func setSystemIdentifier(
    _ identifier: UInt64, of nodeID: Int64
  ) async throws(MonitorError) {
    let known = try await askAll(
      "SELECT node_id FROM pgautofailover.set_node_system_identifier($1, $2)",
      [String(nodeID), Self.text(ofIdentifier: identifier)]
    ) { row throws(PostgresError) in row["node_id"] }
    // For an unknown node the function answers with nothing but NULLs.
    guard known.contains(String(nodeID)) else { throw Self.unknownNode(nodeID) }
  }

  /// Changes a node's name, host or port; what is `nil` stays.
  public func updateNodeMetadata(
    of nodeID: Int64, name: String? = nil, host: String? = nil, port: Int? = nil
  ) async throws(MonitorError) {
    _ = try await ask(
      "SELECT pgautofailover.update_node_metadata($1, $2, $3, $4)",
      [String(nodeID), name, host, port.map { String($0) }])
  }

  /// Takes a node out of its group; with force its row goes at once, and whoever asks vouches that its
  /// server takes no writes any more.
  public func removeNode(id: Int64, force: Bool) async throws(MonitorError) {
    _ = try await ask(
      "SELECT pgautofailover.remove_node($1::bigint, $2::bool)", [String(id), String(force)])
  }

  /// The same, for the node at this host and port.
  public func removeNode(host: String, port: Int, force: Bool) async throws(MonitorError) {
    _ = try await ask(
      "SELECT pgautofailover.remove_node($1::text, $2::int, $3::bool)",
      [host, String(port), String(force)])
  }

  /// Gives a node another name, host name or port; what is `nil` stays.
  public func updateMetadata(
    nodeID: Int64, name: String?, host: String?, port: Int?
  ) async throws(MonitorError) {
    _ = try await ask(
      "SELECT pgautofailover.update_node_metadata($1::bigint, $2::text, $3::text, $4::int)",
      [String(nodeID), name, host, port.map { String($0) }])
  }

  static func unknownNode(_ id: Int64) -> MonitorError {
    MonitorError(
      code: .refused(sqlState: SQLState.undefinedObject), message: "Node \(id) is not registered.",
      hint: "List the nodes with: pg_autoctl show state")
  }

  /// PostgreSQL's identifiers are unsigned, the monitor's column is a signed number of the same bits.
  private static func text(ofIdentifier identifier: UInt64) -> String {
    String(Int64(bitPattern: identifier))
  }
}
