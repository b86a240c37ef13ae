internal import Failover
internal import MonitorClient
internal import Synchronization

/// A table of changes that grows at its end: Time | Name | Node | Host:Port | Current State | Assigned
/// State. A row is printed when a node differs from what was printed of it last.
final class ChangePage: Sendable {
  private struct Known: Equatable {
    var reported: NodeState
    var goal: NodeState
  }

  private struct State {
    var known: [Int64: Known] = [:]
    var layout = Table.Layout(shown: [], widths: [])
    var hasHead = false
  }

  private let output: any Output
  private let isShown: Bool
  private let state = Mutex(State())

  init(_ context: CommandContext, isQuiet: Bool) {
    output = context.output
    isShown = context.format == .text && !isQuiet
  }

  /// Takes the nodes as they are before anything happens, without printing them.
  func note(_ nodes: [StateRow]) {
    state.withLock { state in
      for node in nodes {
        state.known[node.nodeID] = Known(reported: node.reported, goal: node.goal)
      }
      state.layout = Self.table(
        nodes.map {
          Self.row(
            $0.name, $0.nodeID, $0.host, $0.port, Known(reported: $0.reported, goal: $0.goal))
        }
      ).layout(atLeast: [8, 8, 4, 9, 17, 17], within: output.resultWidth)
    }
  }

  func show(_ nodes: [StateRow]) {
    for node in nodes {
      show(
        node.nodeID, node.name, node.host, node.port,
        Known(reported: node.reported, goal: node.goal))
    }
  }

  func show(_ change: NodeChange) {
    show(
      change.nodeID, change.name, change.host, change.port,
      Known(reported: change.reported, goal: change.goal))
  }

  private func show(_ id: Int64, _ name: String, _ host: String, _ port: Int, _ now: Known) {
    guard isShown else { return }
    let text = state.withLock { state -> String? in
      if state.known.updateValue(now, forKey: id) == now { return nil }
      let row = Self.row(name, id, host, port, now)
      let table = Self.table([row])
      state.layout = table.layout(after: state.layout)
      let head = state.hasHead ? "" : table.head(state.layout)
      state.hasHead = true
      return head + table.line(row, state.layout)
    }
    if let text { output.result(text) }
  }

  private static func row(
    _ name: String, _ id: Int64, _ host: String, _ port: Int, _ now: Known
  ) -> [String] {
    [
      ConsoleLogHandler.timeOfDay(), name, "\(id)", "\(host):\(port)", now.reported.rawValue,
      now.goal.rawValue,
    ]
  }

  private static func table(_ rows: [[String]]) -> Table {
    Table(
      columns: [
        .init("Time"), .init("Name"), .init("Node", leaves: 2), .init("Host:Port", leaves: 1),
        .init("Current State"), .init("Assigned State"),
      ], rows: rows)
  }
}
