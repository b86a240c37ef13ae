internal import ArgumentParser
internal import MonitorClient

/// `show why`: why a group stays as it is.
struct ShowWhy: Command {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Show why nothing else is decided now.",
    discussion: """
      For each node: the rules about the state it is in that are nearest to speaking, with what is \
      missing for them and what stands in their way. Those that an operator's request would make speak \
      come last.

      Example: pg_autoctl show why --name node_2 --count 1 --pgdata monitor
      """)

  @OptionGroup var access: MonitorOptions
  @OptionGroup var place: GroupOptions
  @Option(name: [.customShort("a"), .long], help: "Only this node. Default: all.")
  var name: String?
  @Option(name: [.customShort("n"), .long], help: "How many rules a node, the nearest.")
  var count = 3
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if count < 1 { throw ValidationError("--count \(count) is no number of rules.") }
  }

  func run(in context: CommandContext) async throws -> Explanation {
    let monitor = try access.client(in: context)
    let node = try access.node(in: context)
    let formation = place.formation(or: node)
    let table = try await monitor.ruleExplanation(
      formation: formation, groupID: place.group(or: node))
    if table.rows.isEmpty { try await monitor.requireFormation(formation) }
    var rules = RuleObstacles.all(in: table)
    if let name {
      _ = try await monitor.node(named: name, formation: formation)
      rules = rules.filter { $0.node == name }
    }
    return Explanation(rules: rules, count: count, meanings: try await monitor.facts())
  }
}

/// What `show why` answers.
struct Explanation: Displayable, Equatable {
  /// All rules about the nodes, those of one node beside each other, the nearest first.
  var rules: [RuleObstacles]
  /// How many of each node people see.
  var count: Int
  /// What each fact means, by its name.
  var meanings: [String: String]

  var text: String {
    var nodes: [(node: RuleObstacles, rules: [RuleObstacles])] = []
    for rule in rules {
      if nodes.last?.node.nodeID == rule.nodeID, nodes.last?.node.node == rule.node {
        nodes[nodes.count - 1].rules.append(rule)
      } else {
        nodes.append((rule, [rule]))
      }
    }
    return nodes.map { node, rules in
      "\(node.node) is \(node.state)\n"
        + Self.inOrder(rules).prefix(count).map(paragraph).joined()
    }.joined(separator: "\n")
  }

  /// What waits for a request would hide what waits for something else: it is always near.
  private static func inOrder(_ rules: [RuleObstacles]) -> [RuleObstacles] {
    rules.filter { $0.phase != "operator" } + rules.filter { $0.phase == "operator" }
  }

  private func paragraph(_ rule: RuleObstacles) -> String {
    let goal = rule.goal.map { "would become \($0)" } ?? "would change others"
    let head = "  \(goal), by rule \(rule.position): \(rule.because)\n"
    if rule.distance == 0 { return head + "      nothing is missing\n" }
    return head + rule.missing.map { "      not so:      \(words($0))\n" }.joined()
      + rule.blocking.map { "      in the way:  \(words($0))\n" }.joined()
  }

  private func words(_ fact: String) -> String {
    meanings[fact].map { "\($0) (\(fact))" } ?? fact
  }

  var json: JSONValue {
    .array(
      rules.map { rule in
        .object([
          .init("node_id", .integer(rule.nodeID)), .init("node_name", .text(rule.node)),
          .init("node_state", .text(rule.state)), .init("rule_pos", .integer(rule.position)),
          .init("phase", .text(rule.phase)),
          .init("missing", .array(rule.missing.map(JSONValue.text))),
          .init("blocking", .array(rule.blocking.map(JSONValue.text))),
          .init("node_goal", .optional(rule.goal)), .init("because", .text(rule.because)),
        ])
      })
  }
}
