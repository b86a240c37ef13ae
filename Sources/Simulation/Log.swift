/// A record of the write-ahead log: where it ends, and the commit it is, if it is one.
struct LogRecord: Equatable {
  var end: UInt64
  var timeline: Int
  /// 0: no commit.
  var commit: Int
}

/// A server's write-ahead log with the history of its timelines. Two servers that wrote on the same
/// timeline after each other's back have different records at the same positions, and cannot tell, as
/// in PostgreSQL.
struct Log: Equatable {
  /// Where an earlier timeline was left.
  struct Switch: Equatable {
    var timeline: Int
    var end: UInt64
  }

  private(set) var records: [LogRecord]
  private(set) var timeline: Int
  private(set) var switches: [Switch] = []

  /// The log of a new cluster.
  init() {
    timeline = 1
    records = [LogRecord(end: 0x0100_0000, timeline: 1, commit: 0)]
  }

  var count: Int { records.count }
  var end: UInt64 { records[records.count - 1].end }

  /// Where the first so many records end.
  func end(of count: Int) -> UInt64 { records[count - 1].end }

  mutating func append(commit: Int = 0) {
    records.append(LogRecord(end: end + 0x200, timeline: timeline, commit: commit))
  }

  /// Begins the next timeline, as a promotion does.
  mutating func beginTimeline(after newest: Int) {
    switches.append(Switch(timeline: timeline, end: end))
    timeline = max(newest, timeline) + 1
    append()
  }

  /// Takes over records that follow its own end.
  mutating func append(_ received: [LogRecord], following history: [Switch]) {
    records.append(contentsOf: received)
    timeline = records[records.count - 1].timeline
    switches = history.filter { $0.timeline < timeline }
  }

  /// Loses all but the first so many records.
  mutating func cut(to count: Int) {
    guard count < records.count else { return }
    records.removeLast(records.count - count)
    timeline = records[records.count - 1].timeline
    switches.removeAll { $0.timeline >= timeline }
  }

  /// Does this history, as far as it has come, contain a log that ends here?
  func contains(timeline: Int, end: UInt64, flushed: UInt64) -> Bool {
    if timeline == self.timeline { return end <= flushed }
    return switches.contains { $0.timeline == timeline && end <= $0.end }
  }

  /// How many records end at or before a position.
  func count(upTo position: UInt64) -> Int {
    var (low, high) = (0, records.count)
    while low < high {
      let middle = (low + high) / 2
      if records[middle].end <= position { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
