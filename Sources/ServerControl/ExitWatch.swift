internal import CPidFD
internal import Dispatch
internal import Glibc
internal import Synchronization

/// A hold on one process, whatever becomes of its number: it can be sent signals, and its end is
/// known from the operating system at once.
struct ProcessHandle: ~Copyable {
  private let descriptor: Int32

  /// `nil` when there is no such process.
  init?(_ id: pid_t) {
    descriptor = autoctl_pidfd_open(id)
    guard descriptor >= 0 else { return nil }
  }

  deinit { Glibc.close(descriptor) }

  /// Sends a signal; harmless when the process has ended.
  func send(_ signal: Int32) {
    _ = autoctl_pidfd_send_signal(descriptor, signal)
  }

  /// Has it ended?
  var hasEnded: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 0) == 1
  }

  /// Ends when the process has ended or the task is cancelled.
  func waitForEnd() async {
    let watch = ExitWatch(of: dup(descriptor))
    await withTaskCancellationHandler {
      await watch.wait()
    } onCancel: {
      watch.end()
    }
  }

  /// Waits for the end, up to a limit; says whether it came.
  func waitForEnd(atMost limit: Duration) async -> Bool {
    let watch = ExitWatch(of: dup(descriptor))
    watch.end(after: limit)
    await withTaskCancellationHandler {
      await watch.wait()
    } onCancel: {
      watch.end()
    }
    return hasEnded
  }
}

/// Waits for a descriptor to become readable without occupying a thread.
private final class ExitWatch: Sendable {
  private enum Phase {
    case idle
    case waiting(CheckedContinuation<Void, Never>)
    case over
  }

  // Made once, cancelled once; a dispatch source may be cancelled from anywhere.
  nonisolated(unsafe) private let source: any DispatchSourceRead
  private let phase = Mutex(Phase.idle)

  /// Takes over the descriptor.
  init(of descriptor: Int32) {
    source = DispatchSource.makeReadSource(
      fileDescriptor: descriptor, queue: DispatchQueue.global())
    source.setCancelHandler { Glibc.close(descriptor) }
    source.setEventHandler { [weak self] in self?.end() }
    source.resume()
  }

  deinit { source.cancel() }

  func wait() async {
    await withCheckedContinuation { continuation in
      let isOver = phase.withLock { phase in
        if case .over = phase { return true }
        phase = .waiting(continuation)
        return false
      }
      if isOver { continuation.resume() }
    }
  }

  func end() {
    let waiting = phase.withLock { phase -> CheckedContinuation<Void, Never>? in
      defer { phase = .over }
      if case .waiting(let continuation) = phase { return continuation }
      return nil
    }
    waiting?.resume()
  }

  func end(after limit: Duration) {
    let (seconds, attoseconds) = limit.components
    let milliseconds = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds)) {
      [weak self] in self?.end()
    }
  }
}
