/// What a keeper tells the monitor each round: the arguments of `pgautofailover.node_active`.
public struct NodeReport: Sendable, Equatable {
  /// The state the keeper has reached.
  public var state: NodeState
  /// Does the server run and answer? `nil` while it is being restarted in place: not known to be lost.
  public var isRunning: Bool?
  public var timeline: Int
  public var position: LogPosition
  /// The best `sync_state` of the connected standbys; "" on a standby.
  public var syncState: String
  /// The `synchronous_standby_names` in force on a primary, each commit before them being held as
  /// they demand; `unconfirmedNames` when they are not; `nil` when this node is no primary or cannot
  /// tell.
  public var standbyNames: String?
  /// On a standby: how long it has heard nothing from the primary; `nil` when it is no standby.
  public var upstreamSilence: Duration?
  /// What is wrong, in one line.
  public var problem: String?
  /// Rises from report to report, also over restarts of the keeper, so that the monitor does not take
  /// a report that was held up on its way for a new one; `nil` when the keeper cannot number them.
  public var number: Int64?
  /// On a primary: the ids of the standbys that have answered lately.
  public var connected: [Int64]?
  /// On a standby: `recovery_min_apply_delay`.
  public var applyDelay: Duration?

  public init(
    state: NodeState, isRunning: Bool?, timeline: Int = 0, position: LogPosition = .unknown,
    syncState: String = "", standbyNames: String? = nil, upstreamSilence: Duration? = nil,
    problem: String? = nil, number: Int64? = nil, connected: [Int64]? = nil,
    applyDelay: Duration? = nil
  ) {
    self.state = state
    self.isRunning = isRunning
    self.timeline = timeline
    self.position = position
    self.syncState = syncState
    self.standbyNames = standbyNames
    self.upstreamSilence = upstreamSilence
    self.problem = problem
    self.number = number
    self.connected = connected
    self.applyDelay = applyDelay
  }
}

extension NodeReport {
  /// What a primary reports instead of its names while others are in force, or they are not confirmed.
  public static let unconfirmedNames = "?"
}

/// What the monitor answered: the goal, and the settings it holds for this node.
public struct Assignment: Sendable, Equatable, Codable {
  public var nodeID: Int64
  public var groupID: Int
  public var goal: NodeState
  public var candidatePriority: Int
  public var replicationQuorum: Bool

  public init(
    nodeID: Int64, groupID: Int, goal: NodeState, candidatePriority: Int, replicationQuorum: Bool
  ) {
    self.nodeID = nodeID
    self.groupID = groupID
    self.goal = goal
    self.candidatePriority = candidatePriority
    self.replicationQuorum = replicationQuorum
  }
}
