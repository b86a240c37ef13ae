import Foundation
import Synchronization
import Testing

/// Lets few clusters run at once, so that the times that are measured mean something.
actor ClusterSlots {
  /// A slot for every processor, and at most two of them.
  static let shared = ClusterSlots(count: min(2, ProcessInfo.processInfo.activeProcessorCount))

  private let count: Int
  private var free: Int
  private var waiting: [(slots: Int, continuation: CheckedContinuation<Void, Never>)] = []

  init(count: Int) {
    self.count = count
    free = count
  }

  /// Waits for a slot, or for all of them where `alone`, and holds it for as long as `body` takes.
  nonisolated func perform(alone: Bool = false, _ body: () async throws -> Void) async throws {
    let slots = alone ? count : 1
    await take(slots)
    let outcome: Result<Void, any Error>
    do {
      outcome = .success(try await body())
    } catch {
      outcome = .failure(error)
    }
    await giveBack(slots)
    try outcome.get()
  }

  private func take(_ slots: Int) async {
    if waiting.isEmpty, free >= slots {
      free -= slots
    } else {
      await withCheckedContinuation { waiting.append((slots, $0)) }
    }
  }

  /// Lets the next ones in.
  private func giveBack(_ slots: Int) {
    free += slots
    while let next = waiting.first, free >= next.slots {
      waiting.removeFirst()
      free -= next.slots
      next.continuation.resume()
    }
  }
}

/// Lets a suite that makes hosts of its own begin when there is a slot for it; the time that it waits is
/// not the tests'.
struct SlotTrait: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    try await ClusterSlots.shared.perform(function)
  }
}

extension Trait where Self == SlotTrait {
  /// Begins when there is a slot for its hosts.
  static var slot: Self { Self() }
}

/// Whether anything went wrong so far.
final class FailureFlag: Sendable {
  private let raised = Mutex(false)

  var isRaised: Bool { raised.withLock { $0 } }
  func raise() { raised.withLock { $0 = true } }
}
