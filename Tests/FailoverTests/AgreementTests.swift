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

  @Test func everyWayThatTheRulesCanSendANodeIsOneThatItsKeeperCanWalk() throws {
    let edges = try Self.lines(of: "Tests/monitor/expected/rule_graph.out")
      .map { $0.components(separatedBy: " -> ") }
      .filter { $0.count == 2 && !$0[0].contains(" ") }
    #expect(edges.count > 40)
    for edge in edges {
      let from = try #require(NodeState(rawValue: edge[0]), "\(edge[0]) is no state")
      let to = try #require(NodeState(rawValue: edge[1]), "\(edge[1]) is no state")
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
