internal import Foundation

/// What clients were told while they wrote, and what that says about the promises.
public struct History: Sendable {
  /// All acknowledgements, the earliest first.
  public let acknowledgements: [Acknowledgement]
  /// When writing began and ended.
  public let began: Moment
  /// When the writers were told to end.
  public let ended: Moment

  /// A history of what these writers recorded.
  public init(acknowledgements: [Acknowledgement], began: Moment, ended: Moment) {
    self.acknowledgements = acknowledgements.sorted { $0.acknowledged < $1.acknowledged }
    self.began = began
    self.ended = ended
  }

  /// A time without any acknowledged write.
  public struct Gap: Sendable, CustomStringConvertible {
    /// How long it was.
    public let duration: Duration
    /// From when on, counted from the beginning.
    public let offset: Duration

    /// Such as `3.21 s, 14.02 s after the beginning`.
    public var description: String {
      "\(duration.inSeconds), \(offset.inSeconds) after the beginning"
    }
  }

  /// The longest time in which no write was acknowledged, the time before the end included, so that
  /// writes that never came back count.
  public var longestGap: Gap {
    var longest = Gap(duration: .zero, offset: .zero)
    var previous = acknowledgements.first.map { Moment(nanoseconds: $0.acknowledged) } ?? began
    let moments = acknowledgements.map { Moment(nanoseconds: $0.acknowledged) } + [ended]
    for moment in moments where moment > previous {
      if moment - previous > longest.duration {
        longest = Gap(duration: moment - previous, offset: previous - began)
      }
      previous = moment
    }
    return longest
  }

  /// The time in which one server, on one timeline, acknowledged.
  public struct Reign: Sendable, Equatable, CustomStringConvertible {
    /// The server's address.
    public let server: String
    /// Its timeline.
    public let timeline: Int
    /// The first and the last acknowledgement, in nanoseconds of the steady clock.
    public let span: ClosedRange<Int64>

    /// Such as `10.77.1.2 on timeline 3`.
    public var description: String { "\(server) on timeline \(timeline)" }
  }

  /// Who acknowledged when, the first one first.
  public var reigns: [Reign] {
    let groups = Dictionary(grouping: acknowledgements) { "\($0.server) \($0.timeline)" }
    return groups.values.compactMap { group in
      guard let first = group.first, let last = group.last else { return nil }
      return Reign(
        server: first.server, timeline: first.timeline,
        span: first.acknowledged...last.acknowledged)
    }.sorted { $0.span.lowerBound < $1.span.lowerBound }
  }

  /// Two servers that acknowledged in overlapping time, in sentences; none is how it must be.
  public var overlaps: [String] {
    zip(reigns, reigns.dropFirst()).compactMap { earlier, later in
      guard earlier.span.upperBound > later.span.lowerBound else { return nil }
      let both = Duration.nanoseconds(earlier.span.upperBound - later.span.lowerBound)
      return "\(earlier) still acknowledged \(both.inSeconds) after \(later) had begun to"
    }
  }

  /// Compares with the rows that are there at the end: what is missing, and what is there twice.
  public func problems(withRows rows: [Int64]) -> [String] {
    var counts: [Int64: Int] = [:]
    for row in rows { counts[row, default: 0] += 1 }
    let missing = acknowledgements.filter { counts[$0.id] == nil }
    let twice = counts.filter { $0.value > 1 }.keys.sorted()
    var problems: [String] = []
    if let first = missing.first {
      problems.append(
        "\(missing.count) acknowledged rows are gone, the first is \(first.id), "
          + "acknowledged by \(first.server) on timeline \(first.timeline)")
    }
    if let first = twice.first {
      problems.append("\(twice.count) rows are there more than once, the first is \(first)")
    }
    if acknowledgements.isEmpty { problems.append("no write was acknowledged at all") }
    return problems
  }
}

extension Duration {
  /// In seconds, with two digits: `3.21 s`.
  public var inSeconds: String {
    let seconds = Double(components.seconds) + Double(components.attoseconds) / 1e18
    return String(format: "%.2f s", seconds)
  }
}
