internal import CLibPQ
internal import Glibc

/// Why waiting for a socket ended.
enum Wakening {
  case ready
  case timedOut
  case rung
}

/// Blocks until the connection's socket is ready, the deadline passes or the bell rings. Only for
/// threads that may block.
func waitForSocket(
  of connection: OpaquePointer, toRead: Bool, toWrite: Bool, until deadline: Deadline,
  or doorbell: Doorbell? = nil
) -> Wakening {
  let wanted = Int16((toRead ? POLLIN : 0) | (toWrite ? POLLOUT : 0))
  var polled = [
    pollfd(fd: PQsocket(connection), events: wanted, revents: 0),
    // A negative descriptor is passed over.
    pollfd(fd: doorbell?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
  ]
  while true {
    let count = poll(&polled, nfds_t(polled.count), deadline.milliseconds)
    // Hang-ups and errors are for libpq to find when it reads.
    if count > 0 { return polled[0].revents != 0 ? .ready : .rung }
    // Interrupted by a signal, or woken a moment early: on with what remains.
    if deadline.hasPassed { return .timedOut }
    if count < 0, errno != EINTR, errno != EAGAIN { return .ready }
  }
}
