import Failover
import Testing

struct RetryPolicyTests {
  /// A generator that tells the same numbers each time (SplitMix64).
  struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }

  @Test(arguments: 0...200 as ClosedRange<UInt64>)
  func everyDelayStaysWithinItsBounds(seed: UInt64) throws {
    let policy = RetryPolicy(first: .seconds(1), longest: .seconds(10))
    var generator = Seeded(state: seed)
    for attempt in [-3, 0, 1, 2, 3, 4, 5, 20, 1_000, Int.max] {
      let delay = try #require(policy.delay(after: attempt, using: &generator))
      #expect(delay >= .milliseconds(500) && delay <= .seconds(10))
    }
  }

  @Test func delaysGrowUntilTheLongest() throws {
    let policy = RetryPolicy(first: .seconds(1), longest: .seconds(10))
    var generator = Seeded(state: 7)
    for (index, whole) in [1, 2, 4, 8, 10, 10].enumerated() {
      for _ in 0..<100 {
        let delay = try #require(policy.delay(after: index + 1, using: &generator))
        #expect(delay >= .seconds(whole) / 2 && delay <= .seconds(whole))
      }
    }
  }

  @Test func theAttemptsAreCounted() {
    let policy = RetryPolicy(first: .seconds(1), longest: .seconds(10), attempts: 3)
    var generator = Seeded(state: 1)
    #expect(policy.delay(after: 2, using: &generator) != nil)
    #expect(policy.delay(after: 3, using: &generator) == nil)
    #expect(policy.delay(after: 4, using: &generator) == nil)
  }

  @Test func neighboursDoNotMarchInStep() throws {
    let policy = RetryPolicy(first: .seconds(1), longest: .seconds(10))
    var generator = Seeded(state: 42)
    var delays: Set<Duration> = []
    for _ in 0..<50 {
      delays.insert(try #require(policy.delay(after: 3, using: &generator)))
    }
    #expect(delays.count > 10)
  }
}
