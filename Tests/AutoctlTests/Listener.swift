import Glibc

/// Another program that listens on a port.
final class Listener {
  let port: Int
  private let socket: CInt

  init() throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let socket = socket
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, size) == 0 && listen(socket, 1) == 0 && getsockname(socket, $0, &size) == 0
      }
    }
    guard status else { throw NoPort() }
    port = Int(in_port_t(bigEndian: address.sin_port))
  }

  deinit { close(socket) }

  struct NoPort: Error {}
}
