internal import PostgresClient

/// What `create_formation` is told.
public struct FormationDefinition: Sendable, Equatable {
  public var name: String
  /// `pgsql`, the only kind there is.
  public var kind: String
  /// The database that clients connect to.
  public var database: String
  /// May its groups have standbys?
  public var hasSecondaries: Bool
  public var numberSyncStandbys: Int

  public init(
    name: String, kind: String = "pgsql", database: String = "postgres",
    hasSecondaries: Bool = true, numberSyncStandbys: Int = 0
  ) {
    self.name = name
    self.kind = kind
    self.database = database
    self.hasSecondaries = hasSecondaries
    self.numberSyncStandbys = numberSyncStandbys
  }
}

/// A setting of a formation, of its primary or of one of its nodes: a row of `formation_settings`.
public struct SettingRow: Sendable, Equatable {
  /// `formation`, `primary` or `node`.
  public var context: String
  public var groupID: Int?
  public var nodeID: Int64?
  /// Of what it is a setting: the name of a node, or of the formation.
  public var name: String
  public var setting: String
  public var value: String

  public init(
    context: String, groupID: Int? = nil, nodeID: Int64? = nil, name: String, setting: String,
    value: String
  ) {
    self.context = context
    self.groupID = groupID
    self.nodeID = nodeID
    self.name = name
    self.setting = setting
    self.value = value
  }
}

/// Formations, and what operators set for them and for their nodes.
extension SQLMonitor {
  /// Creates a formation; it has no nodes yet.
  public func createFormation(_ definition: FormationDefinition) async throws(MonitorError) {
    _ = try await ask(
      "SELECT * FROM pgautofailover.create_formation($1, $2, $3, $4, $5)",
      [
        definition.name, definition.kind, definition.database, String(definition.hasSecondaries),
        String(definition.numberSyncStandbys),
      ])
  }

  /// Forgets a formation that has no nodes.
  public func dropFormation(_ formation: String) async throws(MonitorError) {
    _ = try await ask("SELECT pgautofailover.drop_formation($1)", [formation])
  }

  /// Allows a formation to have standbys, or forbids it while it has none.
  public func allowStandbys(
    _ isAllowed: Bool, in formation: String
  ) async throws(MonitorError) {
    _ = try await ask(
      "SELECT pgautofailover.\(isAllowed ? "enable" : "disable")_secondary($1)", [formation])
  }

  /// How many standbys must confirm a commit; `nil` when there is no such formation.
  public func numberSyncStandbys(formation: String) async throws(MonitorError) -> Int? {
    try await askAll(
      "SELECT number_sync_standbys FROM pgautofailover.formation WHERE formationid = $1",
      [formation]
    ) { row throws(PostgresError) in try row.number("number_sync_standbys") }.first
  }

  /// Sets how many standbys must confirm a commit; the primary applies it after this call.
  public func setNumberSyncStandbys(
    _ number: Int, formation: String
  ) async throws(MonitorError) {
    _ = try await ask(
      "SELECT pgautofailover.set_formation_number_sync_standbys($1, $2)",
      [formation, String(number)])
  }

  /// Sets who takes over first; 0 never does.
  public func setCandidatePriority(
    _ priority: Int, formation: String, nodeName: String
  ) async throws(MonitorError) {
    _ = try await ask(
      "SELECT pgautofailover.set_node_candidate_priority($1, $2, $3)",
      [formation, nodeName, String(priority)])
  }

  /// Sets whether commits may wait for a node; the primary applies it after this call.
  public func setReplicationQuorum(
    _ takesPart: Bool, formation: String, nodeName: String
  ) async throws(MonitorError) {
    _ = try await ask(
      "SELECT pgautofailover.set_node_replication_quorum($1, $2, $3)",
      [formation, nodeName, String(takesPart)])
  }

  /// All settings of a formation: its own first, then what its primaries enforce, then its nodes'.
  public func formationSettings(formation: String) async throws(MonitorError) -> [SettingRow] {
    try await askAll(
      """
      SELECT context, group_id, node_id, nodename, setting, value
        FROM pgautofailover.formation_settings($1)
       ORDER BY array_position('{formation,primary,node}'::text[], context), setting, group_id, node_id
      """, [formation]
    ) { row throws(PostgresError) in
      SettingRow(
        context: try row.text("context"), groupID: row["group_id"].flatMap { Int($0) },
        nodeID: row["node_id"].flatMap { Int64($0) }, name: try row.text("nodename"),
        setting: try row.text("setting"), value: try row.text("value"))
    }
  }
}
