internal import ArgumentParser
internal import Configuration
internal import Glibc
internal import Logging

/// `restart`: begins the service anew, with the program as it is installed now; its server goes on.
struct RestartCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "restart", abstract: "Restart the service, not its server.",
    discussion: """
      The service begins anew with the program as it is installed now and with its configuration as \
      it is written now, in the same process, so that a service manager sees no end. PostgreSQL goes \
      on, nobody fails over: use it after an upgrade of pg_autoctl.

      Example: pg_autoctl restart --pgdata ha
      """)

  @OptionGroup var directory: PgdataOptions
  @Option(
    name: [.customShort("w"), .long],
    help: .init("How long to wait for the new beginning.", valueName: "seconds"))
  var wait = 60
  @OptionGroup var global: GlobalOptions

  var isForServerOwner: Bool { true }

  func run(in context: CommandContext) async throws -> Silence {
    let locations = try directory.locations(in: context)
    // A service that could not begin anew is better left as it is.
    _ = try directory.document(at: locations)
    let service = RunningService(locations: locations)
    guard try await service.beginAnew(atMost: .seconds(wait), in: context) else {
      throw CommandError(
        .badState, "No pg_autoctl runs for \(locations.pgdata).",
        hint: "Start it with: pg_autoctl run --pgdata \(locations.pgdata).")
    }
    context.logger.info("pg_autoctl has begun anew")
    return Silence()
  }
}
