/// Looks whether a history keeps the promises. It knows nothing but the history.
public struct Checker: Sendable {
  /// All operations, in the order of their times.
  public let operations: [HistoryEntry]
  /// What all accounts hold together.
  public static let total: Int64 = 1000

  public init(_ operations: [HistoryEntry]) {
    self.operations = operations.sorted { $0.time < $1.time }
  }

  /// What is wrong, in sentences; none is how it must be.
  public var problems: [String] {
    lostOrTwice + changedTotals + unseen + twoWriters
  }

  // MARK: What a promise is

  /// Each acknowledged row is there in the end, once; what failed is not there; and nothing else is.
  private var lostOrTwice: [String] {
    guard let last = operations.last(where: { $0.f == .rows && $0.type == .ok }) else {
      return ["the history does not say which rows there were in the end"]
    }
    var counts: [Int64: Int] = [:]
    for row in last.value { counts[row, default: 0] += 1 }
    let appends = operations.filter { $0.f == .append }
    let acknowledged = appends.filter { $0.type == .ok }.map { $0.value[0] }
    let failed = appends.filter { $0.type == .fail }.map { $0.value[0] }
    let invoked = Set(appends.filter { $0.type == .invoke }.map { $0.value[0] })
    return [
      sentence(acknowledged.filter { counts[$0] == nil }, "acknowledged rows are gone"),
      sentence(counts.filter { $0.value > 1 }.map(\.key), "rows are there more than once"),
      sentence(failed.filter { counts[$0] != nil }, "rows are there whose writing had failed"),
      sentence(counts.keys.filter { !invoked.contains($0) }, "rows are there that nobody wrote"),
      acknowledged.isEmpty ? "no write was acknowledged at all" : nil,
    ].compactMap(\.self)
  }

  /// Whoever adds up all accounts, at any server and any time, gets the same.
  private var changedTotals: [String] {
    operations.filter { $0.f == .total && $0.type == .ok && $0.value != [Self.total] }
      .prefix(3).map {
        "the accounts held \($0.value.first ?? 0) instead of \(Self.total) at \($0.node ?? "?")"
      }
  }

  /// A session sees what it wrote itself.
  private var unseen: [String] {
    operations.filter { $0.f == .own && $0.type == .ok && $0.value.count == 2 && $0.value[1] != 1 }
      .prefix(3).map {
        "process \($0.process) saw its own row \($0.value[0]) \($0.value[1]) times at \($0.node ?? "?")"
      }
  }

  /// Nobody acknowledges a write that was sent after a later primary had acknowledged one, and no two servers
  /// acknowledge on one timeline.
  private var twoWriters: [String] {
    var sent: [Int: Int64] = [:]
    var writes: [(sent: Int64, done: HistoryEntry)] = []
    for operation in operations {
      switch operation.type {
      case .invoke: sent[operation.process] = operation.time
      case .ok where [.append, .transfer, .probe].contains(operation.f):
        writes.append((sent[operation.process] ?? operation.time, operation))
      default: break
      }
    }
    var problems: [String] = []
    var servers: [Int: Set<String>] = [:]
    for write in writes {
      guard let timeline = write.done.timeline, let node = write.done.node else { continue }
      servers[timeline, default: []].insert(node)
    }
    for (timeline, nodes) in servers.sorted(by: { $0.key < $1.key }) where nodes.count > 1 {
      problems.append(
        "\(nodes.sorted().joined(separator: " and ")) both wrote on timeline \(timeline)")
    }
    // In the order in which they were acknowledged, with the first moment of each timeline.
    var began: [Int: Int64] = [:]
    for write in writes {
      guard let timeline = write.done.timeline else { continue }
      began[timeline] = min(began[timeline] ?? .max, write.done.time)
    }
    let late = writes.filter { write in
      guard let timeline = write.done.timeline else { return false }
      return began.contains { $0.key > timeline && $0.value < write.sent }
    }
    if let first = late.first {
      problems.append(
        """
        \(late.count) writes were acknowledged by a server on an earlier timeline after a later one had begun, the first \
        by \(first.done.node ?? "?") on timeline \(first.done.timeline ?? 0)
        """)
    }
    return problems
  }

  private func sentence(_ rows: [Int64], _ what: String) -> String? {
    guard let first = rows.min() else { return nil }
    return "\(rows.count) \(what), the first is \(first)"
  }

  // MARK: Figures

  /// The longest time without an acknowledged append between two moments, in seconds.
  public func longestGap(from begin: Int64, to end: Int64) -> Double {
    var longest: Int64 = 0
    var previous = begin
    for operation in operations
    where operation.f == .append && operation.type == .ok && operation.time > begin
      && operation.time <= end
    {
      longest = max(longest, operation.time - previous)
      previous = operation.time
    }
    return Double(max(longest, end - previous)) / 1e9
  }

  /// How many appends were acknowledged.
  public var acknowledged: Int { operations.count { $0.f == .append && $0.type == .ok } }
}
