internal import Glibc
internal import Synchronization

/// Wakes a connection that waits for notifications: its task was cancelled, another call wants the
/// connection, or it is to be closed. A pair of sockets, because `poll` knows only descriptors.
final class Doorbell: Sendable {
  /// The end to put into the poll set.
  let descriptor: Int32
  private let button: Int32
  private let callers = Atomic<Int>(0)

  init() {
    var ends: [Int32] = [-1, -1]
    // Without descriptors the bell stays silent: waits then end at their time, which is still right.
    let kind = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    _ = socketpair(AF_UNIX, Int32(kind), 0, &ends)
    descriptor = ends[0]
    button = ends[1]
  }

  deinit {
    if descriptor >= 0 { Glibc.close(descriptor) }
    if button >= 0 { Glibc.close(button) }
  }

  /// Wakes whoever waits now.
  func ring() {
    var byte: UInt8 = 1
    _ = write(button, &byte, 1)
  }

  /// Forgets earlier rings.
  func quiet() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(descriptor, &bytes, bytes.count) > 0 {}
  }

  /// A call is on its way to the connection.
  func announceCaller() {
    callers.add(1, ordering: .sequentiallyConsistent)
    ring()
  }

  /// The announced call has its turn.
  func admitCaller() {
    callers.subtract(1, ordering: .sequentiallyConsistent)
  }

  /// Is a call waiting for its turn?
  var hasCallers: Bool { callers.load(ordering: .sequentiallyConsistent) > 0 }
}
