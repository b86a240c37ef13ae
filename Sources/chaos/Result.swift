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

  /// A row for each kind of fault, those at once under their number.
  var table: String {
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
      + "\n\(strikes.count) times, \(nodes) nodes, seed \(seed): \(acknowledged) acknowledged rows, \(operations) lines of history"
  }

  private func two(_ number: Double) -> String { String(format: "%.2f", number) }
}
