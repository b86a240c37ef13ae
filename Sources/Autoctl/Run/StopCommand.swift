internal import ArgumentParser
internal import Configuration
internal import Glibc
internal import Logging

/// `stop`: ends the service of a data directory, and with it its server. A primary hands its role over
/// first.
struct StopCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "stop", abstract: "Stop the service, and its server.",
    discussion: """
      A primary first gives its role to a standby, if one can take over now; that is waited for at \
      most 30 seconds. A service manager that sends SIGTERM gets the same, SIGINT is --fast.

      Example: pg_autoctl stop --pgdata ha
      """)

  @OptionGroup var directory: PgdataOptions
  @Flag(
    name: [.customShort("f"), .long],
    help: "Do not let a standby take over first, where this node is the primary.")
  var fast = false
  @Flag(
    name: [.customShort("i"), .long],
    help: "As --fast, and do not let the server finish: it recovers when it is started again.")
  var immediate = false
  @Option(
    name: [.customShort("w"), .long],
    help: .init("How long to wait for the end.", valueName: "seconds"))
  var wait = 60
  @OptionGroup var global: GlobalOptions

  var isForServerOwner: Bool { true }

  func validate() throws {
    if fast, immediate {
      throw ValidationError("--fast and --immediate exclude each other: give one of them.")
    }
  }

  func run(in context: CommandContext) async throws -> Silence {
    let locations = try directory.locations(in: context)
    let service = RunningService(locations: locations)
    guard try service.send(fast || immediate ? SIGINT : SIGTERM) else {
      throw CommandError(
        .badState, "No pg_autoctl runs for \(locations.pgdata).",
        hint: "Start it with: pg_autoctl run --pgdata \(locations.pgdata).")
    }
    if immediate, let postmaster = RunningServer(in: locations.pgdata) {
      kill(postmaster.process, SIGQUIT)
    }
    guard try await service.waitForEnd(atMost: .seconds(wait), in: context) else {
      throw CommandError(
        .badState, "pg_autoctl has not stopped within \(wait) seconds.",
        hint: "Wait longer with --wait, or use --immediate.")
    }
    context.logger.info("pg_autoctl has stopped")
    return Silence()
  }
}
