internal import Glibc

/// The addresses behind the names of hosts.
enum NameResolution {
  /// The addresses of a host as `pg_hba.conf` wants them, `10.0.0.7/32` or `fd00::7/128`; empty when
  /// the name does not resolve within the limit.
  static func networks(of host: String, atMost limit: Duration) async -> [String] {
    await offPool(atMost: limit) { look(up: host) } ?? []
  }

  private static func look(up host: String) -> [String] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var first: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, nil, &hints, &first) == 0 else { return [] }
    defer { freeaddrinfo(first) }
    var networks: Set<String> = []
    var next = first
    while let entry = next?.pointee {
      if let network = network(of: entry) { networks.insert(network) }
      next = entry.ai_next
    }
    return networks.sorted()
  }

  private static func network(of entry: addrinfo) -> String? {
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    guard
      getnameinfo(
        entry.ai_addr, entry.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
    else { return nil }
    let bytes = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    // A link-local address carries its interface after a %, which pg_hba.conf does not know.
    let address = String(decoding: bytes, as: UTF8.self).prefix { $0 != "%" }
    return address + (entry.ai_family == AF_INET6 ? "/128" : "/32")
  }
}
