internal import Configuration

extension ServerConfiguration {
  /// Takes the port and the socket of the server that runs in the directory already; else sees that
  /// nobody uses the port.
  mutating func adoptOrRequireFreePort(explicit: Int?) throws {
    guard let running = RunningServer(in: pgdata) else {
      guard !Port.isTaken(port) else {
        throw CommandError(
          .badArguments, "Port \(port) is in use by another program.",
          hint: "Choose another one with --pgport, or stop that program.")
      }
      return
    }
    if let explicit, explicit != running.port {
      throw CommandError(
        .badArguments,
        "The server that runs in \(pgdata) uses port \(running.port), not \(explicit).",
        hint: "Leave --pgport out to adopt it as it is, or stop it first.")
    }
    port = running.port
    if !running.socketDirectory.isEmpty { socketDirectory = running.socketDirectory }
  }
}
