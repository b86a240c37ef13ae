public import Failover
internal import PostgresClient

extension SQLMonitor {
  /// The names of all formations.
  public func formations() async throws(MonitorError) -> [String] {
    try await askAll("SELECT formationid FROM pgautofailover.formation ORDER BY formationid", []) {
      row throws(PostgresError) in try row.text("formationid")
    }
  }

  /// The nodes of a formation, or of one of its groups, also those that are leaving.
  public func nodes(
    formation: String, groupID: Int? = nil
  ) async throws(MonitorError) -> [GroupMember] {
    try await askAll(
      "SELECT * FROM pgautofailover.get_nodes($1, $2) ORDER BY node_id",
      [formation, groupID.map { String($0) }], eachRow: GroupMember.init(row:))
  }

  /// The nodes of a formation, or of one of its groups, with states and ages.
  public func currentState(
    formation: String, groupID: Int? = nil
  ) async throws(MonitorError) -> [StateRow] {
    try await askAll(
      """
      SELECT \(StateRow.columns) FROM \(Self.currentState(groupID)) AS s
      JOIN pgautofailover.node AS n ON n.nodeid = s.node_id ORDER BY s.group_id, s.node_id
      """, Self.parameters(formation, groupID), eachRow: StateRow.init)
  }

  /// The same rows as the JSON text that programs written for `show state --json` know.
  public func currentStateJSON(
    formation: String, groupID: Int? = nil
  ) async throws(MonitorError) -> String {
    try await json(Self.currentState(groupID), Self.parameters(formation, groupID))
  }

  /// The node of this name in a formation, `nil` when there is none.
  public func node(
    named name: String, formation: String
  ) async throws(MonitorError) -> StateRow? {
    try await state("n.formationid = $1 AND n.nodename = $2", [formation, name])
  }

  /// The node at this host and port, in whatever formation; `nil` when there is none.
  public func node(host: String, port: Int) async throws(MonitorError) -> StateRow? {
    try await state("n.nodehost = $1 AND n.nodeport = $2::int", [host, String(port)])
  }

  /// The node with this id, `nil` when there is none.
  public func node(id: Int64) async throws(MonitorError) -> StateRow? {
    try await state("n.nodeid = $1::bigint", [String(id)])
  }

  /// The newest events of a formation, or of one of its groups, oldest first.
  public func lastEvents(
    formation: String, groupID: Int? = nil, count: Int
  ) async throws(MonitorError) -> [EventRow] {
    try await askAll(
      "SELECT \(EventRow.columns) FROM \(Self.lastEvents(groupID)) AS e ORDER BY eventid",
      Self.parameters(formation, groupID) + [String(count)], eachRow: EventRow.init)
  }

  /// The same events as a JSON text.
  public func lastEventsJSON(
    formation: String, groupID: Int? = nil, count: Int
  ) async throws(MonitorError) -> String {
    try await json(
      Self.lastEvents(groupID), Self.parameters(formation, groupID) + [String(count)])
  }

  private func state(
    _ condition: String, _ parameters: [String?]
  ) async throws(MonitorError) -> StateRow? {
    try await askAll(
      """
      SELECT \(StateRow.columns) FROM pgautofailover.node AS n
      CROSS JOIN LATERAL pgautofailover.current_state(n.formationid) AS s
      WHERE s.node_id = n.nodeid AND \(condition)
      """, parameters, eachRow: StateRow.init
    ).first
  }

  private func json(
    _ source: String, _ parameters: [String?]
  ) async throws(MonitorError) -> String {
    try await askOne(
      """
      SELECT jsonb_pretty(coalesce(jsonb_agg(row_to_json(r)), '[]')) AS json FROM \(source) AS r
      """, parameters
    ) { row throws(PostgresError) in try row.text("json") }
  }

  private static func currentState(_ groupID: Int?) -> String {
    groupID == nil
      ? "pgautofailover.current_state($1::text)"
      : "pgautofailover.current_state($1::text, $2::int)"
  }

  private static func lastEvents(_ groupID: Int?) -> String {
    groupID == nil
      ? "pgautofailover.last_events($1::text, count => $2::int)"
      : "pgautofailover.last_events($1::text, $2::int, $3::int)"
  }

  private static func parameters(_ formation: String, _ groupID: Int?) -> [String?] {
    [formation] + (groupID.map { [String($0)] } ?? [])
  }
}
