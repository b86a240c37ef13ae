internal import ArgumentParser
internal import Configuration
internal import Glibc
internal import Logging
internal import MonitorHost
internal import ServerControl

/// `drop monitor`: stops a monitor, and with --destroy removes it.
struct DropMonitor: Command {
  static let configuration = CommandConfiguration(
    commandName: "monitor", abstract: "Take a monitor out of service.",
    discussion: "Example: pg_autoctl drop monitor --destroy --pgdata monitor")

  @OptionGroup var directory: PgdataOptions
  @Flag(
    name: [.customShort("d"), .long], help: "Remove the data directory and all files, for good.")
  var destroy = false
  @OptionGroup var wait: WaitOption
  @OptionGroup var global: GlobalOptions

  var isForServerOwner: Bool { true }

  func run(in context: CommandContext) async throws -> Silence {
    let locations = try directory.locations(in: context)
    let configuration = try directory.monitor(at: locations)
    let removal = Removal(locations: locations, context: context)
    try await removal.stopService(within: wait.limit)
    let server = LocalServer(
      ServerSettings(
        monitor: configuration, superuser: context.userName, logger: context.logger))
    try await server.stop()
    if destroy {
      try await removal.destroy()
    } else {
      context.logger.info(
        """
        The monitor is stopped; its data is kept in \(locations.pgdata). Remove it with: \
        pg_autoctl drop monitor --destroy --pgdata \(locations.pgdata)
        """)
    }
    return Silence()
  }
}
