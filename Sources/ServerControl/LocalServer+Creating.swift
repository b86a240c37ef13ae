internal import Glibc
internal import Logging

extension LocalServer {
  public func createCluster() async throws(ServerError) {
    try await recoverSwap()
    switch try data.content() {
    case .cluster: return
    case .foreign:
      throw ServerError(
        code: .directoryNotEmpty,
        message: "The directory \(directory) is not empty and holds no cluster.",
        hint: "Choose another data directory, or move away what is in it.")
    case .nothing: break
    }
    try requireFreePort()
    let swap = swap
    try await ServerProcess(directory: swap.clone, limits: limits).clearTools()
    try await offPool { () throws(ServerError) in try swap.begin() }
    do throws(ServerError) {
      try await initialize(swap.clone)
      try await offPool { () throws(ServerError) in
        // An empty directory that was there gives way.
        try DurableFiles.removeEmptyDirectory(swap.directory)
        try swap.finish()
      }
    } catch {
      try? await offPool { () throws(ServerError) in try DurableFiles.removeTree(swap.clone) }
      throw error
    }
  }

  private func initialize(_ place: String) async throws(ServerError) {
    var arguments = [
      "--pgdata", place, "--username", settings.superuser, "--encoding", "UTF8", "--data-checksums",
      "--auth-local", settings.authentication == .trust ? "trust" : "peer", "--auth-host",
      settings.authentication == .certificate ? "scram-sha-256" : settings.authentication.rawValue,
      "--locale", Self.locale,
    ]
    if try await majorVersion() >= 14 { arguments.append("--no-instructions") }
    log.info("Creating a cluster in \(directory).")
    let answer = try await runner.run(
      "initdb", arguments, silence: { [limit = limits.startStall] _ in limit })
    guard answer.succeeded else { throw .program("initdb", said: answer.output) }
  }

  /// The locale of whoever starts us: programs run in English, but the data is the user's.
  private static var locale: String {
    for name in ["LC_ALL", "LC_COLLATE", "LANG"] {
      if let value = getenv(name), value.pointee != 0 { return String(cString: value) }
    }
    return "C.UTF-8"
  }

  private func majorVersion() async throws(ServerError) -> Int {
    let answer = try await runner.run("postgres", ["--version"], limit: limits.program)
    let digits = answer.output.drop { !$0.isNumber }.prefix(while: \.isNumber)
    guard answer.succeeded, let version = Int(digits) else {
      throw ServerError(
        code: .unusablePrograms,
        message: "\(settings.binDirectory)/postgres does not tell its version.",
        hint: "See whether PostgreSQL's server programs are installed.")
    }
    return version
  }

  /// Sees that nobody listens on our port yet.
  private func requireFreePort() throws(ServerError) {
    let address = settings.listenAddresses.split(separator: ",").first.map(String.init) ?? ""
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = in_port_t(truncatingIfNeeded: settings.port).bigEndian
    if inet_pton(AF_INET, address, &place.sin_addr) != 1 { place.sin_addr.s_addr = INADDR_ANY }
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return }
    defer { Glibc.close(descriptor) }
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    let outcome = withUnsafePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if outcome != 0, errno == EADDRINUSE {
      throw ServerError(
        code: .portInUse, message: "Port \(settings.port) is in use by another program.",
        hint: "Choose another port with --pgport, or stop that program.")
    }
  }
}
