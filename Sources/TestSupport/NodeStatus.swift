internal import Foundation

/// A row of `pg_autoctl show state --json`.
public struct NodeStatus: Sendable, Decodable, Equatable, CustomStringConvertible {
  /// The node's number.
  public let nodeID: Int
  /// Its name.
  public let name: String
  /// Its host.
  public let host: String
  /// Its port.
  public let port: Int
  /// The state it reported last.
  public let reported: String
  /// The state the monitor wants it in.
  public let assigned: String
  /// 1 when its server answers the monitor, 0 when not, -1 when nobody knows.
  public let health: Int
  /// Its position, such as `0/3000148`.
  public let position: String
  /// Its timeline.
  public let timeline: Int
  /// Who takes over first; 0 never does.
  public let candidatePriority: Int
  /// May commits wait for it?
  public let replicationQuorum: Bool

  private enum CodingKeys: String, CodingKey {
    case nodeID = "node_id"
    case name = "nodename"
    case host = "nodehost"
    case port = "nodeport"
    case reported = "current_group_state"
    case assigned = "assigned_group_state"
    case health
    case position = "reported_lsn"
    case timeline = "reported_tli"
    case candidatePriority = "candidate_priority"
    case replicationQuorum = "replication_quorum"
  }

  /// The state that it both is in and is wanted in while its server answers the monitor, else `nil`.
  public var settled: String? { reported == assigned && health == 1 ? assigned : nil }

  /// `name host:port reported/assigned health`.
  public var description: String {
    "\(name) \(host):\(port) \(reported)/\(assigned) health \(health)"
  }
}

/// An entry of `pg_autoctl show events --json`.
public struct NodeEvent: Sendable, Decodable, Equatable {
  /// Its number; later events have larger ones.
  public let eventID: Int
  /// The node's name.
  public let name: String
  /// What the node had reported.
  public let reported: String
  /// What it was assigned.
  public let assigned: String
  /// Why.
  public let because: String

  private enum CodingKeys: String, CodingKey {
    case eventID = "eventid"
    case name = "nodename"
    case reported = "reportedstate"
    case assigned = "goalstate"
    case because = "description"
  }
}

extension [NodeEvent] {
  /// The states that a node was assigned, one after the other, each named once in a row.
  public func assignments(of name: String) -> [String] {
    var states: [String] = []
    for event in self where event.name == name && states.last != event.assigned {
      states.append(event.assigned)
    }
    return states
  }
}

extension [String] {
  /// Do these come one after the other in the list, with or without others between them?
  public func passesThrough(_ states: [String]) -> Bool {
    var rest = states[...]
    for state in self where state == rest.first { rest.removeFirst() }
    return rest.isEmpty
  }
}
