internal import CLibPQ
internal import Dispatch
internal import Synchronization

/// A request to the server to stop what it does for one connection.
///
/// `PQcancel` opens a connection of its own and waits without limit for the server to close it, so
/// it runs on a thread that we can leave behind. A server that is stopped would collect such threads,
/// hence a limit to how many there are at a time; what is beyond it is not sent.
final class CancelRequest: @unchecked Sendable {
  // Unchecked: the pointer is set once, and libpq lets any one thread use it.
  private let pointer: OpaquePointer

  private static let outstanding = Atomic<Int>(0)
  private static let mostOutstanding = 4

  init?(for connection: OpaquePointer) {
    guard let pointer = PQgetCancel(connection) else { return nil }
    self.pointer = pointer
  }

  deinit { PQfreeCancel(pointer) }

  /// Sends the request and waits a moment until the server has taken it.
  func send(waiting limit: Duration) {
    let before = Self.outstanding.add(1, ordering: .relaxed).oldValue
    guard before < Self.mostOutstanding else {
      Self.outstanding.subtract(1, ordering: .relaxed)
      return
    }
    let taken = DispatchSemaphore(value: 0)
    DispatchQueue(label: "postgres-cancel").async {
      var message = [CChar](repeating: 0, count: 256)
      PQcancel(self.pointer, &message, Int32(message.count))
      Self.outstanding.subtract(1, ordering: .relaxed)
      taken.signal()
    }
    let nanoseconds = Int(Deadline(after: limit).milliseconds) * 1_000_000
    _ = taken.wait(timeout: .now() + .nanoseconds(nanoseconds))
  }
}
