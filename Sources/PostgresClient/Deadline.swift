/// The moment at which something must have ended.
struct Deadline: Sendable {
  private let end: ContinuousClock.Instant

  /// The moment that lies this far ahead; a negative time is none.
  init(after limit: Duration) {
    // Far ahead is as good as for ever, and cannot overflow.
    end = ContinuousClock.now + min(max(limit, .zero), .seconds(1_000_000_000))
  }

  var remaining: Duration { max(end - ContinuousClock.now, .zero) }

  var hasPassed: Bool { ContinuousClock.now >= end }

  /// What remains in whole milliseconds, rounded up so that `poll` does not wake just before the end.
  var milliseconds: Int32 {
    let (seconds, attoseconds) = remaining.components
    let part = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(clamping: seconds * 1000 + part)
  }
}

extension Duration {
  /// For messages: `250 ms`, `2 s`, `2.5 s`.
  var spelled: String {
    let milliseconds = Int((self / .milliseconds(1)).rounded())
    guard milliseconds >= 1000 else { return "\(milliseconds) ms" }
    let tenths = (milliseconds + 50) / 100
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }
}
