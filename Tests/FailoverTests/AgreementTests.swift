import Failover
import Foundation
import Testing

/// The monitor's rules and the keeper's table are written in two languages; here they are one truth.
/// What the monitor says comes from files that its own tests keep up to date.
@Suite struct AgreementTests {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  static func lines(of path: String) throws -> [String] {
    try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  /// What the rules can do, as edges between states.
  static func ruleGraph() throws -> Set<[NodeState]> {
    let edges = try lines(of: "Tests/monitor/expected/rule_graph.out")
      .map { $0.components(separatedBy: " -> ") }
      .filter { $0.count == 2 && !$0[0].contains(" ") }
    return Set(
      try edges.map { edge in
        try edge.map { try #require(NodeState(rawValue: $0), "\($0) is no state") }
      })
  }

  /// Ways that a keeper can walk although no rule sends a node there: a node joins or is dropped by a
  /// command; to stop is right from anywhere; and join_primary is a state of monitors before this one.
  private static func isBeyondTheRules(_ from: NodeState, _ to: NodeState) -> Bool {
    from == .initial || to == .dropped || to == .demoted || to == .demoteTimeout
      || from == .joinPrimary
  }

  @Test func everyWayThatAKeeperCanWalkIsOneThatTheRulesSendItOn() throws {
    let graph = try Self.ruleGraph()
    // A keeper ends what is worth ending: it may arrive where the monitor no longer wants it, and goes
    // on from there to where it was sent from the state before.
    func isByArrival(_ from: NodeState, _ to: NodeState) -> Bool {
      graph.contains { $0[1] == from && graph.contains([$0[0], to]) }
    }
    let idle = Transition.all.flatMap { row in
      row.from.filter { from in
        !graph.contains([from, row.to]) && !isByArrival(from, row.to)
          && !Self.isBeyondTheRules(from, row.to)
      }.map { "\($0.rawValue) -> \(row.to.rawValue)" }
    }
    #expect(idle.sorted() == [])
  }

  @Test func everyWayThatTheRulesCanSendANodeIsOneThatItsKeeperCanWalk() throws {
    let edges = try Self.ruleGraph()
    #expect(edges.count > 40)
    for edge in edges {
      let (from, to) = (edge[0], edge[1])
      #expect(
        Transition.way(from: from, to: to) != nil,
        "the monitor can send a node from \(from.rawValue) to \(to.rawValue), and no keeper can go there"
      )
    }
  }

  @Test func theStatesAreTheMonitors() throws {
    let page = try Self.lines(of: "docs/reference/states-and-rules.md")
    let rows = page.drop { $0 != "## States" }.prefix { $0 != "## Rules" }
      .filter { $0.hasPrefix("| `") }
    let names = rows.map { String($0.dropFirst(3).prefix { $0 != "`" }) }
    #expect(Set(names) == Set(NodeState.allCases.map(\.rawValue)))
    for row in rows {
      let cells = row.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      let state = try #require(NodeState(rawValue: String(cells[0].dropFirst().dropLast())))
      #expect(state.takesWrites == (cells[1] == "yes"), "\(state.rawValue)")
    }
  }

  @Test func anyNodeCanBeDroppedOrDemoted() {
    for state in NodeState.allCases where state != .dropped {
      #expect(Transition.way(from: state, to: .dropped) != nil)
      #expect(state == .demoted || Transition.way(from: state, to: .demoted) != nil)
    }
  }
}
