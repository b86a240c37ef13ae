/// Growing delays between attempts, with jitter from a given generator and a limit on everything.
public struct RetryPolicy: Sendable, Equatable {
  public var first: Duration
  public var longest: Duration
  /// Attempts in all; `nil` for as long as the caller likes.
  public var attempts: Int?

  public init(first: Duration, longest: Duration, attempts: Int? = nil) {
    self.first = first
    self.longest = longest
    self.attempts = attempts
  }

  /// The delay after the attempt of this number (the first is 1), or `nil` when there is no further one.
  public func delay(
    after attempt: Int, using generator: inout some RandomNumberGenerator
  ) -> Duration? {
    if let attempts, attempt >= attempts { return nil }
    let doublings = min(max(attempt - 1, 0), 16)
    let whole = min(first * (1 << doublings), longest)
    // Half fixed, half random: never none, and peers do not march in step.
    let fraction = Double(generator.next() >> 11) / 9_007_199_254_740_992  // 53 bits: 0 up to 1
    return whole / 2 + whole * (fraction / 2)
  }
}
