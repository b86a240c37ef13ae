internal import Logging
internal import MonitorClient

/// Tells why the monitor does not do what an operator asks: what stands in the way of each rule that
/// would do it, as `why()` of the monitor says.
struct Refusal {
  let monitor: any OperatorMonitor
  let formation: String
  let group: Int

  /// Performs a request. When it is refused, the rules that could grant it are told on the log.
  func explaining<Answer>(
    _ fact: String, in context: CommandContext, _ request: () async throws(MonitorError) -> Answer
  ) async throws -> Answer {
    do throws(MonitorError) {
      return try await request()
    } catch {
      guard case .refused = error.code else { throw error }
      let table = try? await monitor.ruleExplanation(formation: formation, groupID: group)
      for line in table.map({ Self.lines(in: $0, about: fact) }) ?? [] {
        context.logger.warning("\(line)")
      }
      throw CommandError(
        .monitor, error.message,
        hint: error.hint ?? "Look at the nodes with: pg_autoctl show state.")
    }
  }

  /// The rules that need the fact that this was asked for, with what else they lack.
  static func lines(in table: AnswerTable, about fact: String) -> [String] {
    func index(_ column: String) -> Int? { table.columns.firstIndex(of: column) }
    guard let name = index("node_name"), let state = index("node_state"),
      let position = index("rule_pos"), let missing = index("missing"),
      let blocking = index("blocking"), let because = index("because")
    else { return [] }
    return table.rows.compactMap { row in
      let lacks = words(row[missing])
      guard lacks.contains(fact) else { return nil }
      let others = lacks.filter { $0 != fact }
      let obstacles = words(row[blocking])
      if others.isEmpty && obstacles.isEmpty { return nil }
      let reasons =
        (others.isEmpty ? [] : ["needs \(others.joined(separator: ", "))"])
        + (obstacles.isEmpty ? [] : ["is blocked by \(obstacles.joined(separator: ", "))"])
      return "\(row[name] ?? "") (\(row[state] ?? "")): rule \(row[position] ?? ""), "
        + "\"\(row[because] ?? "")\", \(reasons.joined(separator: " and "))"
    }
  }

  /// The members of an array as PostgreSQL prints it; names of facts need no quotes.
  private static func words(_ array: String?) -> [String] {
    (array ?? "").split { "{},\"".contains($0) }.map(String.init)
  }
}
