import Failover

@testable import MonitorClient
@testable import PostgresClient

/// What comes over connections, and what says where they lead.
let monitorTargets = [
  Target("connection-string") { text in
    guard let target = try? ConnectionString(parsing: text) else { return }
    require((try? ConnectionString(parsing: target.uri)) == target, "a URI is read as the same")
    require(
      (try? ConnectionString(parsing: target.keywordValue)) == target,
      "keywords and values are read as the same")
    var secret = target
    secret["password"] = "a secret that stands nowhere else"
    require(!secret.redacted.contains("secret"), "a password is not shown")
    require(!target.eachHost.isEmpty, "there is a host to try")
  },
  Target("connection-failure") { text in
    let report = FailureReport(text)
    if let state = report.sqlState {
      require(state.utf8.count == 5, "an SQLSTATE has five characters")
    }
    require(report.messages.allSatisfy { !$0.contains("\n") }, "a message is one line")
  },
  Target("notification") { text in
    for channel in ["state", "log"] {
      require(
        MonitorNotification(channel: channel, payload: text) != nil,
        "what the monitor says is not lost")
    }
    guard let change = NodeChange(payload: text) else { return }
    require(change.isSettled == (change.reported == change.goal), "settled is at the goal")
  },
  Target("rows") { text in
    let values = parts(of: text).map { $0 == "NULL" ? nil : $0 }
    _ = try? StateRow(row(stateColumns, values))
    _ = try? EventRow(row(eventColumns, values))
    _ = try? Assignment(row: row(assignmentColumns, values))
    _ = try? GroupMember(row: row(memberColumns, values))
  },
]

private func row(_ columns: [String], _ values: [String?]) -> Row {
  let missing = [String?](repeating: "1", count: max(0, columns.count - values.count))
  return Row(columns: columns, values: Array((values + missing).prefix(columns.count)))
}

private let assignmentColumns = [
  "assigned_group_state", "assigned_node_id", "assigned_group_id", "assigned_candidate_priority",
  "assigned_replication_quorum",
]
private let memberColumns = [
  "node_lsn", "node_is_primary", "node_id", "node_port", "node_name", "node_host",
]
private let stateColumns = [
  "reported_lsn", "current_group_state", "assigned_group_state", "health", "replication_quorum",
  "report_age", "health_age", "nodeport", "group_id", "node_id", "candidate_priority",
  "reported_tli", "formationid", "formation_kind", "nodename", "nodehost", "nodecluster",
  "problem",
]
private let eventColumns = [
  "reportedlsn", "reportedstate", "goalstate", "eventid", "nodeid", "groupid", "nodeport",
  "reportedtli", "candidatepriority", "replicationquorum", "rule", "eventtime", "formationid",
  "nodename", "nodehost", "reportedrepstate", "description",
]
