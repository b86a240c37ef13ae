internal import ArgumentParser
internal import MonitorClient

/// `show rules`: everything that the monitor decides by.
struct ShowRules: Command {
  static let configuration = CommandConfiguration(
    commandName: "rules", abstract: "Show the rules by which the monitor decides.",
    discussion: """
      Within a phase the first rule that matches a node speaks. What a fact means stands in the \
      table pgautofailover.fact of the monitor, and in the answer of show why.

      Example: pg_autoctl show rules --pgdata monitor
      """)

  @OptionGroup var access: MonitorOptions
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> RuleList {
    RuleList(table: try await access.client(in: context).rules())
  }
}

/// What `show rules` answers: the table `pgautofailover.rule`, whatever columns it has.
struct RuleList: Displayable, Equatable {
  var table: AnswerTable

  /// A paragraph a rule: a line of ten columns would be wider than any screen.
  var text: String { table.rows.map(paragraph).joined(separator: "\n") }

  private func paragraph(_ row: [String?]) -> String {
    let goals = zip(table.columns, row).compactMap { column, value in
      guard column.hasSuffix("_goal"), let value else { return nil as String? }
      return "\(column.dropLast(5)) becomes \(value)"
    }
    func names(_ column: String) -> String? {
      let names = RuleObstacles.names(value(column, row))
      return names.isEmpty ? nil : names.joined(separator: ", ")
    }
    let head = [value("pos", row), value("phase", row)].compactMap(\.self).joined(separator: " ")
    let lines: [String?] = [
      "\(head): \(value("because", row) ?? "")",
      "node \(names("node_in") ?? "*")" + (names("primary_in").map { ", primary \($0)" } ?? ""),
      names("requires").map { "if    \($0)" },
      names("forbids").map { "not   \($0)" },
      goals.isEmpty ? nil : "then  \(goals.joined(separator: "; "))",
    ]
    return lines.compactMap(\.self).joined(separator: "\n    ") + "\n"
  }

  private func value(_ column: String, _ row: [String?]) -> String? {
    table.columns.firstIndex(of: column).flatMap { row[$0] }
  }

  var json: JSONValue {
    .array(
      table.rows.map { row in
        .object(zip(table.columns, row).map { .init($0, Self.json(of: $1, in: $0)) })
      })
  }

  private static let lists: Set = ["node_in", "primary_in", "requires", "forbids"]

  private static func json(of value: String?, in column: String) -> JSONValue {
    guard let value else { return .null }
    if lists.contains(column) { return .array(RuleObstacles.names(value).map(JSONValue.text)) }
    if column == "pos", let number = Int64(value) { return .integer(number) }
    return .text(value)
  }
}
