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
      throw CommandError(.monitor, error.message, hint: await hint(to: error, in: context))
    }
  }

  /// What to do. While the group has no writer that is to bring back whom its election waits for.
  private func hint(to error: MonitorError, in context: CommandContext) async -> String {
    let waits = try? await monitor.electionWaitIfKnown(formation: formation, groupID: group)
    guard let waits, !waits.isEmpty else {
      return error.hint ?? "Look at the nodes with: pg_autoctl show state."
    }
    for wait in waits { context.logger.warning("\(wait)") }
    return """
      Start a host that is waited for, and the group goes on by itself. Only if that is lost for \
      good: pg_autoctl perform failover --allow-data-loss, which tells what may be lost, and asks.
      """
  }

  /// The rules that need the fact that this was asked for, with what else they lack.
  static func lines(in table: AnswerTable, about fact: String) -> [String] {
    RuleObstacles.all(in: table).compactMap { rule in
      guard rule.missing.contains(fact) else { return nil }
      let others = rule.missing.filter { $0 != fact }
      if others.isEmpty && rule.blocking.isEmpty { return nil }
      let reasons =
        (others.isEmpty ? [] : ["needs \(others.joined(separator: ", "))"])
        + (rule.blocking.isEmpty
          ? [] : ["is blocked by \(rule.blocking.joined(separator: ", "))"])
      return "\(rule.node) (\(rule.state)): rule \(rule.position), "
        + "\"\(rule.because)\", \(reasons.joined(separator: " and "))"
    }
  }
}
