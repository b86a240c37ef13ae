public import Failover
internal import PostgresClient

/// Something that happened: a row of `last_events`.
public struct EventRow: Sendable, Equatable {
  public var id: Int64
  /// As the monitor's server prints it, with its distance from UTC.
  public var time: String
  public var formation: String
  public var nodeID: Int64
  public var groupID: Int
  public var name: String
  public var host: String
  public var port: Int
  public var reported: NodeState
  public var goal: NodeState
  public var syncState: String?
  public var timeline: Int
  public var position: LogPosition
  public var candidatePriority: Int?
  public var replicationQuorum: Bool?
  /// The sentence that tells it.
  public var description: String?
  /// The position of the rule that spoke, where one did.
  public var rulePosition: Int?

  public init(
    id: Int64, time: String, formation: String, nodeID: Int64, groupID: Int, name: String,
    host: String, port: Int, reported: NodeState, goal: NodeState, syncState: String? = nil,
    timeline: Int, position: LogPosition, candidatePriority: Int? = nil,
    replicationQuorum: Bool? = nil, description: String? = nil,
    rulePosition: Int? = nil
  ) {
    self.id = id
    self.time = time
    self.formation = formation
    self.nodeID = nodeID
    self.groupID = groupID
    self.name = name
    self.host = host
    self.port = port
    self.reported = reported
    self.goal = goal
    self.syncState = syncState
    self.timeline = timeline
    self.position = position
    self.candidatePriority = candidatePriority
    self.replicationQuorum = replicationQuorum
    self.description = description
    self.rulePosition = rulePosition
  }
}

extension EventRow {
  /// What to select from `last_events … AS e`.
  static let columns = "e.*, to_jsonb(e) ->> 'rule_pos' AS rule"

  init(_ row: Row) throws(PostgresError) {
    id = try row.integer("eventid")
    time = try row.text("eventtime")
    formation = try row.text("formationid")
    nodeID = try row.integer("nodeid")
    groupID = try row.number("groupid")
    name = try row.text("nodename")
    host = try row.text("nodehost")
    port = try row.number("nodeport")
    reported = try row.state("reportedstate")
    goal = try row.state("goalstate")
    syncState = row["reportedrepstate"]
    timeline = try row.number("reportedtli")
    position = try row.position("reportedlsn")
    candidatePriority = row["candidatepriority"].flatMap { Int($0) }
    replicationQuorum = row["replicationquorum"].map { $0 == "t" }
    description = row["description"]
    rulePosition = row["rule"].flatMap { Int($0) }
  }
}
