internal import Failover
internal import MonitorClient

/// What `show events` answers: what happened, oldest first.
struct EventList: Displayable, Equatable {
  var events: [EventRow]

  var text: String { text(within: nil) }

  func text(within width: Int?) -> String { Self.table(events).rendered(within: width) }

  static func table(_ events: [EventRow]) -> Table {
    Table(
      columns: [
        // the sentence names the node and its states
        .init("Event Time"), .init("Node", leaves: 1), .init("Current State", leaves: 2),
        .init("Assigned State", leaves: 2), .init("Rule", leaves: 3),
        .init("Comment", startsLeft: true),
      ],
      rows: events.map { event in
        [
          event.time, event.name, event.reported.rawValue, event.goal.rawValue,
          event.rulePosition.map(String.init) ?? "", event.description ?? "",
        ]
      })
  }

  var json: JSONValue { .array(events.map(Self.json)) }

  static func json(_ event: EventRow) -> JSONValue {
    .object([
      .init("nodeid", .integer(event.nodeID)),
      .init("eventid", .integer(event.id)),
      .init("groupid", .integer(Int64(event.groupID))),
      .init("nodehost", .text(event.host)),
      .init("nodename", .text(event.name)),
      .init("nodeport", .integer(Int64(event.port))),
      .init("eventtime", .text(event.time)),
      .init("goalstate", .text(event.goal.rawValue)),
      .init("description", .optional(event.description)),
      .init("formationid", .text(event.formation)),
      .init("reportedlsn", .text(event.position.description)),
      .init("reportedtli", .integer(Int64(event.timeline))),
      .init("reportedstate", .text(event.reported.rawValue)),
      .init("reportedrepstate", .optional(event.syncState)),
      .init("candidatepriority", event.candidatePriority.map { .integer(Int64($0)) } ?? .null),
      .init("replicationquorum", event.replicationQuorum.map(JSONValue.boolean) ?? .null),
      .init("rule_pos", event.rulePosition.map { .integer(Int64($0)) } ?? .null),
    ])
  }
}
