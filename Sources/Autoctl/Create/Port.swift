internal import Glibc

/// Ports of this host.
enum Port {
  /// Does another program listen on this port, on any address?
  static func isTaken(_ port: Int) -> Bool {
    isTaken(port, AF_INET) || isTaken(port, AF_INET6)
  }

  private static func isTaken(_ port: Int, _ family: CInt) -> Bool {
    let socket = socket(family, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return false }
    defer { close(socket) }
    var yes: CInt = 1
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
    let status =
      family == AF_INET
      ? bind(socket, anyIPv4(port)) : bind(socket, anyIPv6(port, only: socket))
    return status != 0 && errno == EADDRINUSE
  }

  private static func anyIPv4(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    return address
  }

  private static func anyIPv6(_ port: Int, only socket: CInt) -> sockaddr_in6 {
    var yes: CInt = 1
    setsockopt(
      socket, CInt(IPPROTO_IPV6), IPV6_V6ONLY, &yes, socklen_t(MemoryLayout<CInt>.size))
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = in_port_t(port).bigEndian
    return address
  }

  private static func bind<Address>(_ socket: CInt, _ address: Address) -> CInt {
    var address = address
    return withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.bind(socket, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
  }
}
