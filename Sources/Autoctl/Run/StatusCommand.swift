internal import ArgumentParser
internal import Configuration

/// `status`: does the service run, and is its server ready? The exit code tells it to scripts.
struct StatusCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Tell whether the service runs and its server is ready.",
    discussion: """
      Exits with 0 when both are well, 3 when no pg_autoctl runs, and 5 when it runs but its server \
      is not ready.

      Example: pg_autoctl status --json --pgdata ha
      """)

  @OptionGroup var directory: PgdataOptions
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> ServiceStatus {
    let locations = try directory.locations(in: context)
    _ = try directory.role(at: locations)
    let server = RunningServer(in: locations.pgdata)
    return ServiceStatus(
      pgdata: locations.pgdata, service: RunningService(locations: locations).process,
      server: server?.process, isReady: server?.isReady ?? false)
  }
}

/// The service of a data directory and its server.
struct ServiceStatus: Displayable, ExitStatus, Equatable {
  var pgdata: String
  /// The processes; `nil` for none.
  var service: Int32?
  var server: Int32?
  var isReady: Bool

  var exit: ExitCodes {
    if service == nil { return .badState }
    return isReady ? .success : .server
  }

  var text: String {
    let first = service.map { "pg_autoctl runs with process id \($0)" } ?? "pg_autoctl does not run"
    let second =
      switch (server, isReady) {
      case (let process?, true): "PostgreSQL runs with process id \(process) and is ready"
      case (let process?, false): "PostgreSQL runs with process id \(process) and is not ready"
      case (nil, _): "PostgreSQL does not run"
      }
    return "\(first) for \(pgdata)\n\(second)\n"
  }

  var json: JSONValue {
    .object([
      .init(
        "postgres",
        .object([
          .init("pgdata", .text(pgdata)),
          .init("status", .text(server == nil ? "stopped" : isReady ? "ready" : "starting")),
          .init("pid", server.map { .integer(Int64($0)) } ?? .null),
        ])),
      .init(
        "pg_autoctl",
        .object([
          .init("status", .text(service == nil ? "stopped" : "running")),
          .init("pid", service.map { .integer(Int64($0)) } ?? .null),
        ])),
    ])
  }
}
