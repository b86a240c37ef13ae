internal import PostgresClient

/// An answer whose columns are the monitor's affair: shown, not interpreted.
public struct AnswerTable: Sendable, Equatable {
  public var columns: [String]
  public var rows: [[String?]]

  public init(columns: [String], rows: [[String?]]) {
    self.columns = columns
    self.rows = rows
  }
}

/// The rules by which the monitor decides, and why they speak or do not.
extension SQLMonitor {
  /// For each rule about the nodes of a group, the facts that are missing and those in its way.
  public func ruleExplanation(
    formation: String, groupID: Int
  ) async throws(MonitorError) -> AnswerTable {
    try await table("SELECT * FROM pgautofailover.why($1, $2)", [formation, String(groupID)])
  }

  /// All rules, in the order in which they are tried.
  public func rules() async throws(MonitorError) -> AnswerTable {
    try await table("SELECT * FROM pgautofailover.rule ORDER BY pos", [])
  }

  /// What each fact means, by its name.
  public func facts() async throws(MonitorError) -> [String: String] {
    let pairs = try await askAll("SELECT name, means FROM pgautofailover.fact", []) {
      row throws(PostgresError) in (try row.text("name"), try row.text("means"))
    }
    return Dictionary(pairs) { first, _ in first }
  }

  private func table(
    _ statement: String, _ parameters: [String?]
  ) async throws(MonitorError) -> AnswerTable {
    let rows = try await ask(statement, parameters)
    let columns = rows.first?.columns ?? []
    return AnswerTable(
      columns: columns, rows: rows.map { row in columns.indices.map { row[$0] } })
  }
}
