public import Failover

/// What a keeper must not forget: who it is, where it stands, and what it was last told.
public struct KeeperState: Sendable, Equatable {
  public var formation: String
  public var nodeID: Int64
  public var groupID: Int
  /// The identifier of this node's cluster, once there is one.
  public var systemIdentifier: UInt64?
  /// The state that was reached. It is on disk before it is reported.
  public var current: NodeState
  /// The state that the monitor last assigned.
  public var goal: NodeState
  /// Was the server stopped because nobody was heard? Then it stays so until the monitor answers.
  public var isFenced: Bool
  /// On the way from `wait_standby`: is the copy of the primary complete?
  public var isCloned: Bool
  /// Must this standby go through a rejoin before it starts again? Set when it was found taking
  /// writes.
  public var mustRejoin: Bool
  /// The `synchronous_standby_names` that this primary has applied and confirmed; those that it has
  /// applied while it is `wait_primary`.
  public var confirmedStandbyNames: String?
  /// How many keepers have served this node: the upper half of a report's number.
  public var incarnation: Int64

  /// The state of a node that was just registered.
  public init(
    formation: String, nodeID: Int64, groupID: Int, current: NodeState = .initial, goal: NodeState,
    systemIdentifier: UInt64? = nil
  ) {
    self.formation = formation
    self.nodeID = nodeID
    self.groupID = groupID
    self.systemIdentifier = systemIdentifier
    self.current = current
    self.goal = goal
    self.isFenced = false
    self.isCloned = false
    self.mustRejoin = false
    self.confirmedStandbyNames = nil
    self.incarnation = 0
  }
}
