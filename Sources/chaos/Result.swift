internal import Foundation
internal import LineFile

/// One fault, or several at once, and what it cost. Moments are nanoseconds of the machine's steady clock.
struct Strike: Codable {
  var faults: [String]
  var began: Int64
  var healed: Int64
  /// When the group was whole again, and clients wrote.
  var whole: Int64
  /// The longest time without an acknowledged write, in seconds.
  var gap = 0.0

  /// From the end of the fault on, in seconds.
  var recovery: Double { Double(whole - healed) / 1e9 }
}

/// What came of a run.
struct Result: Codable {
  var seed: UInt64
  var nodes: Int
  var strikes: [Strike]
  /// Appends that were acknowledged.
  var acknowledged: Int
  /// Lines of the history.
  var operations: Int
  var problems: [String]

  func append(to file: String) throws {
    try LineFile(path: file).append(self)
  }

  var table: String {
    Self.table(of: strikes)
      + "\n\(strikes.count) times, \(nodes) nodes, seed \(seed): \(acknowledged) acknowledged rows, \(operations) lines of history"
  }

  /// What came of several runs together, and a line for each.
  static func sum(of results: [Result]) -> String {
    let strikes = results.flatMap(\.strikes)
    let faults = strikes.map(\.faults.count).reduce(0, +)
    let hours = results.map(\.hours).reduce(0, +)
    let runs = results.map { result in
      "seed \(result.seed), \(result.nodes) nodes: \(result.strikes.count) times in \(two(result.hours)) hours, "
        + "\(result.acknowledged) acknowledged rows, \(result.operations) lines of history, "
        + "\(result.problems.count) promises broken"
    }
    return table(of: strikes)
      + "\n\(strikes.count) times, \(faults) faults, \(two(hours)) hours\n"
      + runs.joined(separator: "\n")
  }

  private var hours: Double {
    guard let first = strikes.first, let last = strikes.last else { return 0 }
    return Double(last.whole - first.began) / 3600e9
  }

  /// A row for each kind of fault, those at once under their number.
  private static func table(of strikes: [Strike]) -> String {
    let kinds = Dictionary(grouping: strikes) { strike in
      strike.faults.count == 1 ? strike.faults[0] : "\(strike.faults.count) at once"
    }
    let rows = kinds.sorted { $0.key < $1.key }.map { kind, strikes in
      let gaps = strikes.map(\.gap).sorted()
      let recoveries = strikes.map(\.recovery).sorted()
      return "| \(kind) | \(strikes.count) | \(two(gaps[gaps.count / 2])) | \(two(gaps.last ?? 0)) "
        + "| \(two(recoveries[recoveries.count / 2])) | \(two(recoveries.last ?? 0)) |"
    }
    let head = """
      | fault | times | gap: median | largest | whole again: median | largest |
      |---|---|---|---|---|---|
      """
    return head + "\n" + rows.joined(separator: "\n")
  }

  private static func two(_ number: Double) -> String { String(format: "%.2f", number) }
}
