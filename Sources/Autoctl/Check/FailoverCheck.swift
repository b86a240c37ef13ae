internal import Failover
internal import MonitorClient

/// What `check failover` answers: a verdict with its reason, and what it rests on.
struct FailoverCheck: Displayable, ExitStatus, Equatable {
  var status: CheckStatus
  /// Why, in a sentence.
  var summary: String
  /// What else stands against it, in sentences.
  var caveats: [String] = []
  /// What the loss of each node would mean.
  var outlook: [Outlook] = []
  /// What was played, and on which node; `nil` when there is no primary to lose.
  var happening: Happening?
  var subject: String?
  /// The decisions that would follow.
  var steps: [ForeseenStep] = []
  /// What an election waits for now.
  var waits: [String] = []

  var exit: ExitCodes { status.exit }

  /// Nobody could be asked.
  static func unknown(_ error: CommandError) -> FailoverCheck {
    FailoverCheck(
      status: .unknown, summary: Program.sentence(error.message),
      caveats: error.hint.map { [Program.sentence($0)] } ?? [])
  }

  // MARK: Text

  var text: String {
    var lines = ["FAILOVER \(status.rawValue): \(summary)"]
    lines += caveats.map { "  \($0)" } + waits.map { "  \($0)" }
    lines += outlook.map { "  if \($0.lostNode) were lost: \(Self.words($0))" }
    if let happening, let subject {
      lines.append("  \(Self.words(happening, subject)):")
      lines += steps.map { step in
        let rule = step.rulePosition.map { " (rule \($0))" } ?? ""
        return "    \(step.number). \(step.name): \(step.was) -> \(step.becomes)\(rule), "
          + step.because
      }
      if steps.isEmpty { lines.append("    nothing would be decided") }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func words(_ outlook: Outlook) -> String {
    let parts = [
      outlook.leader.map { "\($0) leads" } ?? "nobody leads",
      outlook.leader == nil || outlook.seconds == "0"
        ? nil : outlook.seconds.map { "after about \($0) s" },
      outlook.mayLose.map { "may lose \($0)" }, outlook.obstacle,
    ]
    return parts.compactMap(\.self).joined(separator: "; ")
  }

  private static func words(_ happening: Happening, _ subject: String) -> String {
    switch happening {
    case .lost: "what would be decided if \(subject) were lost now"
    case .monitorCut: "what would be decided if only the monitor did not see \(subject)"
    case .switchover: "what would be decided if \(subject) were asked to hand over"
    }
  }

  // MARK: JSON

  var json: JSONValue {
    .object([
      .init("status", .text(status.rawValue)), .init("summary", .text(summary)),
      .init("caveats", .array(caveats.map(JSONValue.text))),
      .init("waits", .array(waits.map(JSONValue.text))),
      .init("outlook", .array(outlook.map(Self.json))),
      .init("happening", .optional(happening?.rawValue)), .init("node", .optional(subject)),
      .init("steps", .array(steps.map(Self.json))),
    ])
  }

  private static func json(_ outlook: Outlook) -> JSONValue {
    .object([
      .init("lost_node", .text(outlook.lostNode)), .init("leader", .optional(outlook.leader)),
      .init("may_lose", .optional(outlook.mayLose)),
      .init("obstacle", .optional(outlook.obstacle)),
      .init("seconds", .optional(outlook.seconds)),
    ])
  }

  private static func json(_ step: ForeseenStep) -> JSONValue {
    .object([
      .init("step", .integer(Int64(step.number))), .init("node_id", .integer(step.nodeID)),
      .init("node_name", .text(step.name)), .init("was", .text(step.was)),
      .init("becomes", .text(step.becomes)),
      .init("rule_pos", step.rulePosition.map { .integer(Int64($0)) } ?? .null),
      .init("because", .text(step.because)),
    ])
  }
}
