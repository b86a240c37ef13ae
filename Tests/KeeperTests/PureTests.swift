import Failover
import Testing

@testable import Keeper

struct TroublesTests {
  @Test func aSentenceIsSaidOnceAMinute() {
    var troubles = Troubles(repeatInterval: .seconds(60))
    #expect(troubles.note(.action, "a", now: .zero) == .wrong("a"))
    for second in 1...59 { #expect(troubles.note(.action, "a", now: .seconds(second)) == nil) }
    #expect(troubles.note(.action, "a", now: .seconds(60)) == .wrong("a"))
    #expect(troubles.note(.action, "b", now: .seconds(61)) == .wrong("b"))
    #expect(troubles.note(.action, nil, now: .seconds(62)) == .over("b"))
    #expect(troubles.note(.action, nil, now: .seconds(63)) == nil)
  }

  @Test func theGravestIsReportedInOneLineAndTheMonitorsAbsenceIsNot() {
    var troubles = Troubles(repeatInterval: .seconds(60))
    _ = troubles.note(.monitor, "away", now: .zero)
    #expect(troubles.gravest == nil)
    _ = troubles.note(.housekeeping, "slots", now: .zero)
    _ = troubles.note(.fence, "two\nlines", now: .zero)
    #expect(troubles.gravest == "two lines")
  }
}

struct RetriesTests {
  private let policy = RetryPolicy(first: .seconds(1), longest: .seconds(10))
  private let plan = Plan(from: .demoted, goal: .catchingUp, steps: [.rejoinPrimary])
  private let restart = Plan(from: .primary, goal: .primary, steps: [.startServer(.primary)])

  @Test func thePlanThatWasTriedWaitsLongerEachTime() {
    var generator = SystemRandomNumberGenerator()
    var retries = Retries()
    #expect(retries.isDue(plan, now: .zero))
    for longest in [1, 2, 4, 8, 10, 10] {
      retries.tried(plan, now: .zero, policy: policy, using: &generator)
      #expect(!retries.isDue(plan, now: .seconds(longest) / 2 - .milliseconds(1)))
      #expect(retries.isDue(plan, now: .seconds(longest)))
    }
  }

  @Test func anotherPlanMayStartAtOnce() {
    var generator = SystemRandomNumberGenerator()
    var retries = Retries()
    retries.tried(plan, now: .zero, policy: policy, using: &generator)
    #expect(!retries.isDue(plan, now: .zero))
    #expect(retries.isDue(restart, now: .zero))
    retries.forgetRestart()
    #expect(!retries.isDue(plan, now: .zero))
    retries.forget()
    #expect(retries.isDue(plan, now: .zero))
  }

  @Test func onlyStartingWhatShouldRunIsARestart() {
    #expect(restart.isRestart && !plan.isRestart)
    #expect(!Plan(from: .demoted, goal: .demoted, steps: [.stopServer]).isRestart)
  }
}

struct UpstreamWatchTests {
  private func receiver(silence: Int, isStreaming: Bool = true) -> Receiver {
    Receiver(host: "a", port: 1, isStreaming: isStreaming, silence: .seconds(silence))
  }

  @Test func theNewestMessageCounts() {
    var watch = UpstreamWatch(now: .seconds(10))
    #expect(watch.silence(now: .seconds(15)) == .seconds(5))
    watch.note(receiver(silence: 1), at: .seconds(20))
    watch.note(receiver(silence: 9), at: .seconds(21))
    #expect(watch.silence(now: .seconds(21)) == .seconds(2))
    watch.note(receiver(silence: 0, isStreaming: false), at: .seconds(25))
    watch.note(nil, at: .seconds(26))
    #expect(watch.silence(now: .seconds(26)) == .seconds(7))
    watch.restart(now: .seconds(30))
    #expect(watch.silence(now: .seconds(30)) == .zero)
  }

  /// Looks each second at a receiver that hears something before each, or nothing any more after ten.
  private func silence(told: Int, isHeard: Bool) -> Duration {
    var watch = UpstreamWatch(now: .zero)
    for second in 1...10 {
      let seen = Receiver(
        host: "a", port: 1, isStreaming: true, silence: .milliseconds(200), lastMessage: "\(second)"
      )
      watch.note(seen, at: .seconds(second))
    }
    let message = isHeard ? "11" : "10"
    watch.note(
      Receiver(
        host: "a", port: 1, isStreaming: true, silence: .seconds(told), lastMessage: message),
      at: .seconds(20))
    return watch.silenceOfReceiver(now: .seconds(20))
  }

  @Test func theClockOfTheServerMayBeSet() {
    // An hour forward: no message is older than the look that did not see it yet.
    #expect(silence(told: 3600, isHeard: true) == .seconds(10))
    // An hour back: none is younger than the look that saw it first.
    #expect(silence(told: 0, isHeard: false) == .seconds(10))
    // In between it is as it is told.
    #expect(silence(told: 3, isHeard: true) == .seconds(3))
    #expect(silence(told: 11, isHeard: false) == .seconds(11))
  }
}

struct WakeSignalTests {
  @Test func aSignalThatComesEarlyIsRemembered() async {
    let signal = WakeSignal()
    signal.signal()
    signal.signal()
    await signal.wait()
  }

  @Test func aCancelledWaitEnds() async {
    let signal = WakeSignal()
    let waiter = Task { await signal.wait() }
    waiter.cancel()
    await waiter.value
  }

  @Test func aWaiterIsWoken() async {
    let signal = WakeSignal()
    for _ in 1...1_000 {
      let waiter = Task { await signal.wait() }
      signal.signal()
      await waiter.value
    }
  }

  @Test func oneAtATimePassesATurnstile() async {
    let turnstile = Turnstile()
    let inside = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 1...100 {
        group.addTask {
          await turnstile.enter()
          #expect(await inside.add(1) == 1)
          await Task.yield()
          await inside.add(-1)
          turnstile.leave()
        }
      }
    }
  }

  private actor Counter {
    private var value = 0
    @discardableResult func add(_ number: Int) -> Int {
      value += number
      return value
    }
  }
}
