internal import ArgumentParser
internal import Configuration
internal import Glibc
internal import Logging

/// `reload`: has the service read its configuration again.
struct ReloadCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "reload", abstract: "Have the service and its server read their files again.",
    discussion: """
      The service applies what it can of its configuration, and names what counts at its next start; \
      PostgreSQL reads its own files, such as pg_hba.conf and renewed certificates.

      Example: pg_autoctl reload --pgdata ha
      """)

  @OptionGroup var directory: PgdataOptions
  @OptionGroup var global: GlobalOptions

  var isForServerOwner: Bool { true }

  func run(in context: CommandContext) async throws -> Silence {
    let locations = try directory.locations(in: context)
    // Mistakes are told to the one who made them, not only to the service's log.
    switch try directory.role(at: locations) {
    case .keeper: _ = try directory.keeper(at: locations)
    case .monitor: _ = try directory.monitor(at: locations)
    }
    guard try RunningService(locations: locations).send(SIGHUP) else {
      throw CommandError(
        .badState, "No pg_autoctl runs for \(locations.pgdata).",
        hint: "Start it with: pg_autoctl run --pgdata \(locations.pgdata).")
    }
    context.logger.info("The service reads its configuration again")
    return Silence()
  }
}
