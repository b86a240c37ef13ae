internal import Synchronization

/// Ends the sleep of one waiter. A call that comes while nobody waits is remembered, once.
final class WakeSignal: Sendable {
  private struct State {
    var isPending = false
    var waiter: CheckedContinuation<Void, Never>?
  }

  private let state = Mutex(State())

  /// Wakes the waiter, or the next one.
  func signal() {
    let waiter = state.withLock { state in
      state.isPending = state.waiter == nil
      defer { state.waiter = nil }
      return state.waiter
    }
    waiter?.resume()
  }

  /// Returns with the next signal, or at once when the task is cancelled.
  func wait() async {
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let goesOn = state.withLock { state in
          if Task.isCancelled { return true }
          if state.isPending {
            state.isPending = false
            return true
          }
          state.waiter = continuation
          return false
        }
        if goesOn { continuation.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        defer { state.waiter = nil }
        return state.waiter
      }
      waiter?.resume()
    }
  }
}

/// Waits for whichever ends first, and cancels the others.
func firstOf(_ waits: (@Sendable () async -> Void)...) async {
  await withTaskGroup(of: Void.self) { group in
    for wait in waits { group.addTask(operation: wait) }
    await group.next()
    group.cancelAll()
  }
}
