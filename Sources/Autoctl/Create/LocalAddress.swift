internal import Glibc

/// Under which name or address others reach this host.
enum LocalAddress {
  /// The address from which this host talks to another: that of a socket connected there, which
  /// sends nothing. `nil` when the name does not resolve or there is no way.
  static func towards(host: String, port: Int) -> String? {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, "\(port)", &hints, &first) == 0 else { return nil }
    defer { freeaddrinfo(first) }
    var next = first
    while let entry = next?.pointee {
      if let address = source(towards: entry) { return address }
      next = entry.ai_next
    }
    return nil
  }

  /// The machine's own name, when others can resolve it to an address that is not its loopback; else
  /// its address on the way out; else the loopback, which at least works on this machine.
  static func ofThisMachine() -> String {
    var buffer = [CChar](repeating: 0, count: 256)
    if gethostname(&buffer, buffer.count - 1) == 0 {
      let name = text(buffer)
      if let address = towards(host: name, port: 9), !isLoopback(address) { return name }
    }
    // An address for documentation, which nobody has: only the way there matters.
    return towards(host: "192.0.2.1", port: 9) ?? "127.0.0.1"
  }

  private static func isLoopback(_ address: String) -> Bool {
    address.hasPrefix("127.") || address == "::1"
  }

  private static func source(towards entry: addrinfo) -> String? {
    let socket = socket(entry.ai_family, Int32(SOCK_DGRAM.rawValue), 0)
    guard socket >= 0 else { return nil }
    defer { close(socket) }
    guard connect(socket, entry.ai_addr, entry.ai_addrlen) == 0 else { return nil }
    var own = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = withUnsafeMutablePointer(to: &own) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        getsockname(socket, address, &size) == 0
          ? getnameinfo(
            address, size, &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST) : -1
      }
    }
    return status == 0 ? text(buffer) : nil
  }

  private static func text(_ buffer: [CChar]) -> String {
    String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
