public import Failover

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// What the monitor says by itself.
public enum MonitorNotification: Sendable, Equatable {
  /// A node has a new state, goal or health.
  case state(NodeChange)
  /// A sentence for people. (A message that cannot be read is one too, rather than lost.)
  case log(String)

  /// Reads a notification; `nil` for a channel that is not the monitor's.
  public init?(channel: String, payload: String) {
    switch channel {
    case "state": self = NodeChange(payload: payload).map { .state($0) } ?? .log(payload)
    case "log": self = .log(payload)
    default: return nil
    }
  }
}

/// The content of a `state` notification.
public struct NodeChange: Sendable, Equatable {
  public var formation: String
  public var groupID: Int
  public var nodeID: Int64
  public var name: String
  public var host: String
  public var port: Int
  /// `unknown` when the monitor names a state that this program does not know; so for `goal`.
  public var reported: NodeState
  public var goal: NodeState
  public var health: NodeHealth

  public init(
    formation: String, groupID: Int, nodeID: Int64, name: String, host: String, port: Int,
    reported: NodeState, goal: NodeState, health: NodeHealth
  ) {
    self.formation = formation
    self.groupID = groupID
    self.nodeID = nodeID
    self.name = name
    self.host = host
    self.port = port
    self.reported = reported
    self.goal = goal
    self.health = health
  }

  /// Has the node reached its goal?
  public var isSettled: Bool { reported == goal }

  /// Reads the JSON object that the monitor sends; `nil` when it has another form.
  public init?(payload: String) {
    guard let message = try? JSONDecoder().decode(Message.self, from: Data(payload.utf8)),
      message.type == "state"
    else { return nil }
    self.init(
      formation: message.formation, groupID: message.groupId, nodeID: message.nodeId,
      name: message.name, host: message.host, port: message.port,
      reported: NodeState(rawValue: message.reportedState) ?? .unknown,
      goal: NodeState(rawValue: message.goalState) ?? .unknown,
      health: NodeHealth(rawValue: message.health) ?? .unknown)
  }

  /// The keys as the monitor spells them.
  private struct Message: Decodable {
    var type: String
    var formation: String
    var groupId: Int
    var nodeId: Int64
    var name: String
    var host: String
    var port: Int
    var reportedState: String
    var goalState: String
    var health: String
  }
}
