public import Failover

/// The monitor as keepers and commands see it. The calls of one object run on one connection that is
/// opened when first needed and again when lost; each is bounded in time.
public protocol Monitor: Sendable {
  /// Registers a node: `pgautofailover.register_node`.
  func register(_ registration: Registration) async throws(MonitorError) -> RegisteredNode
  /// Reports and learns the goal: `pgautofailover.node_active`.
  func nodeActive(
    formation: String, nodeID: Int64, groupID: Int, report: NodeReport
  ) async throws(MonitorError) -> Assignment
  /// The other nodes of a node's group: `get_other_nodes`.
  func otherNodes(of nodeID: Int64) async throws(MonitorError) -> [GroupMember]
  /// The primary of a group: `get_primary`.
  func primary(formation: String, groupID: Int) async throws(MonitorError) -> GroupMember
  /// The most advanced of the nodes that elect a primary, besides one: `get_most_advanced_standby`.
  func mostAdvancedStandby(
    formation: String, groupID: Int, besides nodeID: Int64
  ) async throws(MonitorError) -> GroupMember
  /// What a node sets as `synchronous_standby_names` while it is the primary of its group; `nil` when
  /// it is not: the names are another server's then, and say nothing about who must confirm its commits.
  func standbyNames(
    ofPrimary nodeID: Int64, formation: String, groupID: Int
  ) async throws(MonitorError) -> String?
  /// Tells the system identifier of a node's cluster: `set_node_system_identifier`.
  func setSystemIdentifier(_ identifier: UInt64, of nodeID: Int64) async throws(MonitorError)
  /// All that is needed to bring a group into a new monitor, as a text: `group_snapshot`.
  func groupSnapshot(formation: String, groupID: Int) async throws(MonitorError) -> String
  /// Asks that a standby takes over from this primary, which is about to stop: `hand_over`. `false`
  /// when the node is not the primary.
  func handOver(nodeID: Int64) async throws(MonitorError) -> Bool
  /// Waits until the monitor announces a change in the group of this node, or the time is over. It only
  /// ends a sleep: what happened is asked with the next call. Returns at once when the connection is lost.
  func waitForChange(
    of nodeID: Int64, atMost limit: Duration
  ) async throws(MonitorError) -> Bool
  /// Closes the connection.
  func close() async
}

/// The arguments of `register_node`.
public struct Registration: Sendable, Equatable {
  public var formation: String
  public var host: String
  public var port: Int
  public var database: String
  /// "" lets the monitor choose `node_<id>`.
  public var name: String
  /// 0 when there is no cluster yet.
  public var systemIdentifier: UInt64
  public var desiredNodeID: Int64
  public var desiredGroupID: Int
  /// `init`, or `single` for a running primary that is adopted.
  public var initialState: NodeState
  public var candidatePriority: Int
  public var replicationQuorum: Bool

  public init(
    formation: String, host: String, port: Int, database: String, name: String = "",
    systemIdentifier: UInt64 = 0, desiredNodeID: Int64 = -1, desiredGroupID: Int = -1,
    initialState: NodeState = .initial, candidatePriority: Int = 50, replicationQuorum: Bool = true
  ) {
    self.formation = formation
    self.host = host
    self.port = port
    self.database = database
    self.name = name
    self.systemIdentifier = systemIdentifier
    self.desiredNodeID = desiredNodeID
    self.desiredGroupID = desiredGroupID
    self.initialState = initialState
    self.candidatePriority = candidatePriority
    self.replicationQuorum = replicationQuorum
  }
}

/// The answer of `register_node`.
public struct RegisteredNode: Sendable, Equatable {
  public var assignment: Assignment
  public var name: String

  public init(assignment: Assignment, name: String) {
    self.assignment = assignment
    self.name = name
  }
}
