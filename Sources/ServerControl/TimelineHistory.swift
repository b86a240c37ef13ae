internal import Failover

/// The timelines that lead to a primary's, and where each was left for the next.
struct TimelineHistory: Sendable, Equatable {
  /// The primary's timeline.
  var timeline: Int
  /// Where each earlier timeline ends in this history.
  var ends: [Int: LogPosition]

  /// Reads a history file: a line for each earlier timeline, `1⇥0/3000060⇥why`.
  init(timeline: Int, file: String) {
    self.timeline = timeline
    ends = [:]
    for line in file.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let fields = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
      guard fields.count >= 2, let number = Int(fields[0]), let end = LogPosition(String(fields[1]))
      else { continue }
      ends[number] = end
    }
  }

  /// Is a log that ends here the beginning of the primary's?
  ///
  /// - Parameters:
  ///   - end: where the log ends; with `isInside`, the start of its last record, which lies further.
  ///   - flushed: how far the primary's own log reaches, asked after `end` was known.
  func beginsWithLog(
    ofTimeline local: Int, endingAt end: LogPosition, isInside: Bool, flushed: LogPosition
  ) -> Bool {
    let limit: LogPosition
    if local == timeline {
      limit = flushed
    } else if local < timeline, let end = ends[local] {
      limit = end
    } else {
      return false
    }
    return isInside ? end < limit : end <= limit
  }
}
