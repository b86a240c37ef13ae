internal import Foundation
internal import TestSupport

/// Measures what faults cost clients: `bench-faults [TIMES [FILE [WORD …]]]`. Each fault, or each whose name contains one
/// of the words, happens so many times (3) to a group on virtual hosts; a table goes to standard output, all figures are
/// appended to the file, a line of JSON a fault. TIMEOUT in the environment is another node_considered_unhealthy_timeout, with
/// its unit. Needs root. Ends with 1 when a write was lost, two servers wrote at once, or a
/// median is beyond its bound.
@main
struct Main {
  /// All figures of a fault.
  struct Result: Codable {
    var fault: String
    var bound: Double
    var runs: [Measurement]
  }

  static func main() async throws {
    let words = CommandLine.arguments.dropFirst()
    let times = words.first.flatMap { Int($0) } ?? 3
    let parts = words.dropFirst(2)
    let faults = Fault.all.filter { parts.isEmpty || parts.contains(where: $0.name.contains) }
    var results: [Result] = []
    var run = 0
    for nodes in Set(faults.map(\.nodes)).sorted() {
      let cluster = try await Cluster(nodes: nodes)
      do {
        try await cluster.setUp()
        try await cluster.takeTimeoutOfEnvironment()
        for fault in faults where fault.nodes == nodes {
          var result = Result(fault: fault.name, bound: fault.bound.seconds, runs: [])
          for time in 1...times {
            run += 1
            let measured = try await Experiment(cluster: cluster).perform(fault, run: run)
            let gap = String(format: "%.2f s", measured.gap)
            FileHandle.standardError.write(Data("\(fault.name), \(time): \(gap)\n".utf8))
            result.runs.append(measured)
          }
          results.append(result)
        }
      } catch {
        print(await cluster.report())
        try await cluster.remove()
        throw error
      }
      try await cluster.remove()
    }
    print(table(results))
    if let file = words.dropFirst().first {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      let lines = try results.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }
      let before = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
      try (before + lines.joined()).write(toFile: file, atomically: true, encoding: .utf8)
    }
    exit(results.allSatisfy(holds) ? 0 : 1)
  }

  private static func holds(_ result: Result) -> Bool {
    result.runs.allSatisfy(\.problems.isEmpty) && median(result.runs.map(\.gap)) <= result.bound
  }

  /// The table of the manual: medians, and the extremes of the gap.
  private static func table(_ results: [Result]) -> String {
    let head = [
      "fault", "n", "longest gap: min / median / max", "bound", "detection", "decision",
      "stop of replication", "promotion", "client", "still primary", "whole again", "failovers",
      "lost or twice",
    ]
    let rows = results.map { result -> [String] in
      let runs = result.runs
      func middle(_ values: [Double?]) -> String {
        let known = values.compactMap(\.self)
        return known.isEmpty ? "–" : two(median(known))
      }
      let gaps = runs.map(\.gap)
      return [
        result.fault, "\(runs.count)",
        "\(two(gaps.min() ?? 0)) / \(two(median(gaps))) / \(two(gaps.max() ?? 0))",
        two(result.bound), middle(runs.map(\.phases?.detection)),
        middle(runs.map(\.phases?.decision)), middle(runs.map(\.phases?.stop)),
        middle(runs.map(\.phases?.promotion)), middle(runs.map(\.phases?.client)),
        middle(runs.map(\.stillPrimary)), middle(runs.map(\.recovery)),
        "\(runs.count(where: \.isFailover))", "\(runs.flatMap(\.problems).count)",
      ]
    }
    return ([head, head.map { _ in "---" }] + rows)
      .map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }

  private static func two(_ number: Double) -> String { String(format: "%.2f", number) }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return 0 }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
