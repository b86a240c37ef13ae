public import Failover
internal import PostgresClient

/// A node as the monitor knows it: a row of `current_state`, and what was last heard.
public struct StateRow: Sendable, Equatable {
  public var formation: String
  public var formationKind: String
  public var name: String
  public var host: String
  public var port: Int
  public var groupID: Int
  public var nodeID: Int64
  public var reported: NodeState
  public var goal: NodeState
  public var candidatePriority: Int
  public var replicationQuorum: Bool
  public var timeline: Int
  public var position: LogPosition
  public var health: NodeHealth
  public var cluster: String
  /// Since the keeper was last heard.
  public var reportAge: Duration
  /// Since the server was last probed.
  public var healthAge: Duration
  /// What the keeper says is wrong, in one line.
  public var problem: String?

  public init(
    formation: String, formationKind: String, name: String, host: String, port: Int, groupID: Int,
    nodeID: Int64, reported: NodeState, goal: NodeState, candidatePriority: Int,
    replicationQuorum: Bool, timeline: Int, position: LogPosition, health: NodeHealth,
    cluster: String, reportAge: Duration, healthAge: Duration, problem: String? = nil
  ) {
    self.formation = formation
    self.formationKind = formationKind
    self.name = name
    self.host = host
    self.port = port
    self.groupID = groupID
    self.nodeID = nodeID
    self.reported = reported
    self.goal = goal
    self.candidatePriority = candidatePriority
    self.replicationQuorum = replicationQuorum
    self.timeline = timeline
    self.position = position
    self.health = health
    self.cluster = cluster
    self.reportAge = reportAge
    self.healthAge = healthAge
    self.problem = problem
  }

  /// Has the node reached its goal?
  public var isSettled: Bool { reported == goal }
}

extension StateRow {
  /// What to select from `current_state … AS s` joined with `node AS n`. The problem is read in a way
  /// that also works where the view has no such column.
  static let columns = """
    n.formationid, s.*, to_jsonb(n) ->> 'reportedproblem' AS problem,
    (1000 * extract(epoch FROM clock_timestamp() - n.reporttime))::bigint AS report_age,
    (1000 * extract(epoch FROM clock_timestamp() - n.healthchecktime))::bigint AS health_age
    """

  init(_ row: Row) throws(PostgresError) {
    formation = try row.text("formationid")
    formationKind = try row.text("formation_kind")
    name = try row.text("nodename")
    host = try row.text("nodehost")
    port = try row.number("nodeport")
    groupID = try row.number("group_id")
    nodeID = try row.integer("node_id")
    reported = try row.state("current_group_state")
    goal = try row.state("assigned_group_state")
    candidatePriority = try row.number("candidate_priority")
    replicationQuorum = try row.boolean("replication_quorum")
    timeline = try row.number("reported_tli")
    position = try row.position("reported_lsn")
    health = NodeHealth(number: try row.number("health"))
    cluster = try row.text("nodecluster")
    reportAge = .milliseconds(try row.integer("report_age"))
    healthAge = .milliseconds(try row.integer("health_age"))
    problem = row["problem"]
  }
}
