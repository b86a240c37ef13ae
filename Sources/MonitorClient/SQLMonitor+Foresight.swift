internal import PostgresClient

/// What may happen to a group, for the monitor to play on today's facts.
public enum Happening: String, Sendable, CaseIterable {
  /// A node and all that could speak for it fall silent.
  case lost
  /// The monitor sees a node no more, while the others do.
  case monitorCut = "monitor_cut"
  /// An operator asks the primary to hand its role over.
  case switchover
}

/// One decision that would follow: a row of `what_if`.
public struct ForeseenStep: Sendable, Equatable {
  public var number: Int
  public var nodeID: Int64
  public var name: String
  /// Where the node stands before, and what it would be assigned.
  public var was: String
  public var becomes: String
  public var rulePosition: Int?
  public var because: String

  public init(
    number: Int, nodeID: Int64, name: String, was: String, becomes: String, rulePosition: Int?,
    because: String
  ) {
    self.number = number
    self.nodeID = nodeID
    self.name = name
    self.was = was
    self.becomes = becomes
    self.rulePosition = rulePosition
    self.because = because
  }
}

/// What the loss of one node would mean: a row of `failover_outlook`.
public struct Outlook: Sendable, Equatable {
  public var lostNode: String
  /// Who would lead then; `nil` for nobody.
  public var leader: String?
  /// What could be lost with it, in a sentence; `nil` for nothing.
  public var mayLose: String?
  /// What would be in the way, in a sentence; `nil` for nothing.
  public var obstacle: String?
  /// How long the group would be without a writer, as the monitor estimates it.
  public var seconds: String?

  public init(
    lostNode: String, leader: String?, mayLose: String? = nil, obstacle: String? = nil,
    seconds: String? = nil
  ) {
    self.lostNode = lostNode
    self.leader = leader
    self.mayLose = mayLose
    self.obstacle = obstacle
    self.seconds = seconds
  }
}

/// What would happen, what is waited for, and what an operator can force.
extension SQLMonitor {
  /// The decisions that would follow if something happened to a node now. Nothing is changed.
  public func whatIf(
    _ happening: Happening, to nodeName: String, formation: String, groupID: Int
  ) async throws(MonitorError) -> [ForeseenStep] {
    try await askAll(
      "SELECT * FROM pgautofailover.what_if($1, $2, $3, $4) ORDER BY step",
      [formation, String(groupID), happening.rawValue, nodeName]
    ) { row throws(PostgresError) in
      ForeseenStep(
        number: try row.number("step"), nodeID: try row.integer("node_id"),
        name: try row.text("node_name"), was: try row.text("was"),
        becomes: try row.text("becomes"), rulePosition: row["rule_pos"].flatMap { Int($0) },
        because: row["because"] ?? "")
    }
  }

  /// For each node of a group, what its loss would mean now.
  public func failoverOutlook(
    formation: String, groupID: Int
  ) async throws(MonitorError) -> [Outlook] {
    try await askAll(
      "SELECT * FROM pgautofailover.failover_outlook($1, $2)", [formation, String(groupID)]
    ) { row throws(PostgresError) in
      func filled(_ column: String) -> String? { row[column].flatMap { $0.isEmpty ? nil : $0 } }
      return Outlook(
        lostNode: try row.text("lost_node"), leader: filled("leader"),
        mayLose: filled("may_lose").flatMap { $0 == "nothing" ? nil : $0 },
        obstacle: filled("obstacle"), seconds: filled("seconds"))
    }
  }

  /// What an election of a group waits for, in sentences; none when nothing is waited for.
  public func electionWait(
    formation: String, groupID: Int
  ) async throws(MonitorError) -> [String] {
    try await askAll(
      "SELECT sentence FROM pgautofailover.election_wait($1, $2)", [formation, String(groupID)]
    ) { row throws(PostgresError) in try row.text("sentence") }
  }

  /// What a forced failover may lose, in a sentence.
  public func whatMayBeLost(
    formation: String, groupID: Int
  ) async throws(MonitorError) -> String {
    try await sentence(
      of: "SELECT pgautofailover.what_may_be_lost($1, $2) AS sentence",
      [formation, String(groupID)])
  }

  /// Promotes the best standby there is, although acknowledged commits may be lost. Refused with 55000
  /// when a failover without loss is possible, or the old primary lives. Answers with what may be lost.
  public func forceFailover(
    formation: String, groupID: Int, decidedBy person: String
  ) async throws(MonitorError) -> String {
    try await sentence(
      of: "SELECT pgautofailover.force_failover($1, $2, $3) AS sentence",
      [formation, String(groupID), person])
  }

  private func sentence(
    of statement: String, _ parameters: [String?]
  ) async throws(MonitorError) -> String {
    try await askOne(statement, parameters) { row throws(PostgresError) in
      row["sentence"] ?? ""
    }
  }
}
