internal import Dispatch
internal import Synchronization

/// Asks again and again, with short pauses, until there is an answer; `nil` when the time is over.
func waiting<Answer>(
  atMost limit: Duration, every pause: Duration = .milliseconds(20),
  for question: () async throws(ServerError) -> Answer?
) async throws(ServerError) -> Answer? {
  let end = ContinuousClock.now + limit
  while true {
    if let answer = try await question() { return answer }
    if ContinuousClock.now >= end { return nil }
    try await pausing(for: pause)
  }
}

/// Waits as long as something moves: until there is an answer, or until `movement` has been the same
/// for the time of a stall, which gives `nil`.
func waitingWhileMoving<Answer, Movement: Equatable>(
  stall: Duration, every pause: Duration = .milliseconds(50),
  movement: () async throws(ServerError) -> Movement,
  for question: () async throws(ServerError) -> Answer?
) async throws(ServerError) -> Answer? {
  var last = try await movement()
  var end = ContinuousClock.now + stall
  while true {
    if let answer = try await question() { return answer }
    let now = try await movement()
    if now != last {
      last = now
      end = ContinuousClock.now + stall
    }
    if ContinuousClock.now >= end { return nil }
    try await pausing(for: pause)
  }
}

/// Pauses; throws when the task is cancelled.
func pausing(for pause: Duration) async throws(ServerError) {
  do {
    try await Task.sleep(for: pause, clock: .continuous)
  } catch {
    throw .cutShort
  }
}

/// Does blocking work away from the threads that all tasks share; a disk may hang.
func offPool<Answer: Sendable>(
  _ work: @escaping @Sendable () throws(ServerError) -> Answer
) async throws(ServerError) -> Answer {
  let result: Result<Answer, ServerError> = await withCheckedContinuation { continuation in
    DispatchQueue.global().async {
      continuation.resume(returning: Result(catching: work))
    }
  }
  return try result.get()
}

/// Like `offPool`, but gives up waiting after a time, with `nil`; the work ends when it ends.
func offPool<Answer: Sendable>(
  atMost limit: Duration, _ work: @escaping @Sendable () -> Answer
) async -> Answer? {
  await withCheckedContinuation { continuation in
    let waiting = Mutex<CheckedContinuation<Answer?, Never>?>(continuation)
    let answer = Handover(waiting)
    DispatchQueue.global().async { answer.give(work()) }
    let (seconds, attoseconds) = limit.components
    let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
      answer.give(nil)
    }
  }
}

/// Passes on the first of two answers and drops the other.
private final class Handover<Answer: Sendable>: Sendable {
  private let waiting: Mutex<CheckedContinuation<Answer?, Never>?>

  init(_ waiting: consuming Mutex<CheckedContinuation<Answer?, Never>?>) { self.waiting = waiting }

  func give(_ answer: Answer?) {
    let continuation = waiting.withLock { waiting in
      defer { waiting = nil }
      return waiting
    }
    continuation?.resume(returning: answer)
  }
}
