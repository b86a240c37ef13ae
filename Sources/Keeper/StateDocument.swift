internal import Failover
internal import FoundationEssentials

/// The JSON form of a keeper's state, and its version.
///
/// The system identifier is a string: it uses all 64 bits, and most readers of JSON keep 53.
struct StateDocument: Codable {
  /// The version that this program writes and reads.
  static let version = 1

  /// The part that every version has.
  struct Header: Decodable {
    var format: Int
  }

  private var format = Self.version
  private var formation: String
  private var nodeID: Int64
  private var groupID: Int
  private var systemIdentifier: String?
  private var current: NodeState
  private var goal: NodeState
  private var isFenced: Bool
  private var isCloned: Bool
  private var mustRejoin: Bool
  private var confirmedStandbyNames: String?
  private var incarnation: Int64?

  private enum CodingKeys: String, CodingKey {
    case format, formation
    case nodeID = "node_id"
    case groupID = "group_id"
    case systemIdentifier = "system_identifier"
    case current = "current_state"
    case goal = "assigned_state"
    case isFenced = "is_fenced"
    case isCloned = "is_cloned"
    case mustRejoin = "must_rejoin"
    case confirmedStandbyNames = "confirmed_standby_names"
    case incarnation
  }

  init(_ state: KeeperState) {
    formation = state.formation
    nodeID = state.nodeID
    groupID = state.groupID
    systemIdentifier = state.systemIdentifier.map(String.init)
    current = state.current
    goal = state.goal
    isFenced = state.isFenced
    isCloned = state.isCloned
    mustRejoin = state.mustRejoin
    confirmedStandbyNames = state.confirmedStandbyNames
    incarnation = state.incarnation
  }

  /// The state, or `nil` when the system identifier is no number.
  var state: KeeperState? {
    var state = KeeperState(
      formation: formation, nodeID: nodeID, groupID: groupID, current: current,
      goal: goal)
    if let systemIdentifier {
      guard let identifier = UInt64(systemIdentifier) else { return nil }
      state.systemIdentifier = identifier
    }
    state.isFenced = isFenced
    state.isCloned = isCloned
    state.mustRejoin = mustRejoin
    state.confirmedStandbyNames = confirmedStandbyNames
    state.incarnation = incarnation ?? 0
    return state
  }

  /// The text of the file: one key a line, in a fixed order.
  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    return String(decoding: try encoder.encode(self), as: UTF8.self) + "\n"
  }
}
