internal import Failover

/// One process of a keeper, from its start to its end. What it waits for reaches it only while it is
/// not stopped; when it is killed, everything it waits for ends, and nothing it does has an effect.
final class Life: @unchecked Sendable {
  private(set) var isOver = false
  private(set) var isStopped = false
  private var backlog: [() -> Void] = []
  private var waits: [Int: () -> Void] = [:]
  private var lastWait = 0

  /// Hands something over: now, when the process goes on, or, as it is over, for its tasks to end.
  func deliver(_ action: @escaping () -> Void) {
    if isStopped && !isOver { backlog.append(action) } else { action() }
  }

  /// SIGSTOP.
  func stop() { isStopped = true }

  /// SIGCONT.
  func goOn() {
    isStopped = false
    let late = backlog
    backlog = []
    for action in late { action() }
  }

  /// SIGKILL.
  func end() {
    isOver = true
    goOn()
    for number in waits.keys.sorted() { waits[number]?() }
    waits = [:]
  }

  fileprivate func register(_ giveUp: @escaping () -> Void) -> Int {
    lastWait += 1
    waits[lastWait] = giveUp
    return lastWait
  }

  fileprivate func unregister(_ number: Int) { waits[number] = nil }
}

/// Something that a keeper waits for. The first answer counts.
final class Wait<Answer: Sendable>: @unchecked Sendable {
  private let life: Life
  private let otherwise: Answer
  private var answer: Answer?
  private var number = 0
  private var continuation: CheckedContinuation<Answer, Never>?

  /// `otherwise` is the answer when the process is killed or its task cancelled.
  init(_ life: Life, otherwise: Answer) {
    self.life = life
    self.otherwise = otherwise
    if life.isOver {
      answer = otherwise
    } else {
      number = life.register { [weak self] in self?.end(with: otherwise) }
    }
  }

  var isOver: Bool { answer != nil }

  func end(with answer: Answer) {
    guard self.answer == nil else { return }
    self.answer = answer
    life.unregister(number)
    guard let continuation else { return }
    self.continuation = nil
    life.deliver { continuation.resume(returning: answer) }
  }

  /// Waits for the answer, or until the task is cancelled.
  var value: Answer {
    get async {
      await withTaskCancellationHandler {
        await valueWhateverHappens
      } onCancel: {
        end(with: otherwise)
      }
    }
  }

  /// Waits for the answer, also when the task is cancelled.
  var valueWhateverHappens: Answer {
    get async {
      await withCheckedContinuation { continuation in
        if let answer {
          life.deliver { continuation.resume(returning: answer) }
        } else {
          self.continuation = continuation
        }
      }
    }
  }
}

/// The clock of one host, as its keeper reads it: it goes a little too fast or too slow.
struct HostClock: Clock {
  struct Instant: InstantProtocol {
    var time: Duration
    func advanced(by duration: Duration) -> Instant { Instant(time: time + duration) }
    func duration(to other: Instant) -> Duration { other.time - time }
    static func < (left: Instant, right: Instant) -> Bool { left.time < right.time }
  }

  let clock: VirtualClock
  let life: Life
  /// Seconds of this clock in a million seconds.
  let pace: Int

  var now: Instant { Instant(time: clock.now * pace / 1_000_000) }
  var minimumResolution: Duration { .microseconds(1) }

  func sleep(until deadline: Instant, tolerance: Duration?) async throws {
    let wait = Wait(life, otherwise: false)
    let delay = (deadline.time - now.time) * 1_000_000 / pace
    let appointment = clock.after(delay) { wait.end(with: true) }
    let isOver = await wait.value
    if !isOver {
      appointment.callOff()
      throw CancellationError()
    }
  }
}
