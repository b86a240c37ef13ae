import Synchronization
import TestSupport
import Testing

/// Numbers of runs of writers, so that no two use the same rows.
private let lastRun = Atomic<Int>(0)

/// Tells a step of a test, in the log that a person reads.
func tell(_ step: String) {
  print("    \(Test.current?.name ?? "?"): \(step)")
}

/// Lets clients write all along while `story` goes on. At the end every acknowledged row must be
/// there, none twice, no two servers may have acknowledged in overlapping time, and nobody may have
/// had to wait longer than `bound` between two acknowledged writes.
func whileClientsWrite(
  to cluster: Cluster, from hosts: [VirtualHost]? = nil, bound: Duration,
  sourceLocation: SourceLocation = #_sourceLocation, _ story: (Writers) async throws -> Void
) async throws {
  let run = lastRun.add(1, ordering: .relaxed).newValue
  let writers = try await Writers.start(
    on: hosts ?? [cluster.app], uri: try await cluster.formationURI(), run: run)
  do {
    try await story(writers)
    try await writers.more()
  } catch {
    _ = try? await writers.stop()
    throw error
  }
  let history = try await writers.stop()
  let primary = try await eventually("a node to be primary alone") {
    try await cluster.writableNode()
  }
  let problems = history.problems(withRows: try await Writers.rows(on: primary, run: run))
  let count = history.acknowledgements.count
  let reigns = history.reigns.map { "\($0)" }.joined(separator: ", ")
  print(
    "LONGEST GAP \(Test.current?.name ?? "?"): \(history.longestGap) (at most \(bound.inSeconds))")
  tell("\(count) acknowledged writes, by \(reigns)")
  #expect(problems.isEmpty, sourceLocation: sourceLocation)
  #expect(history.overlaps.isEmpty, sourceLocation: sourceLocation)
  #expect(history.longestGap.duration <= bound, sourceLocation: sourceLocation)
}

extension Cluster {
  /// The node that takes writes; throws unless there is exactly one.
  func writableNode() async throws -> Node {
    var found: [Node] = []
    for node in nodes where node.host.isRunning {
      let answer = try? await node.sql("select pg_is_in_recovery()")
      if answer == "f" { found.append(node) }
    }
    guard found.count == 1 else { throw NotYet("\(found.count) nodes take writes") }
    return found[0]
  }

  /// The event numbers so far, to tell later ones from earlier ones.
  func lastEvent() async throws -> Int {
    try await events().last?.eventID ?? 0
  }

  /// What a node was assigned since that event.
  func assignments(of node: Node, since event: Int) async throws -> [String] {
    let name = try await status(of: node).name
    return try await events().filter { $0.eventID > event }.assignments(of: name)
  }

  /// The old primary comes back: it becomes secondary, the other one a full primary.
  func expectReturn(of returned: Node, under primary: Node, within limit: Duration = .seconds(90))
    async throws
  {
    try await settle(primary: primary, standby: returned, within: limit)
  }
}
