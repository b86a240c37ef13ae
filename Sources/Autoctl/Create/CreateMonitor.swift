internal import ArgumentParser
internal import Configuration
internal import Logging
internal import MonitorHost
internal import ServerControl

/// `create monitor`: makes a new server, or one that is there already, a monitor.
struct CreateMonitor: Command {
  static let configuration = CommandConfiguration(
    commandName: "monitor", abstract: "Create a monitor.",
    discussion: """
      A server that is in the data directory already, running or not, becomes a monitor; its data \
      stays. Creating the same monitor again does no harm.

      Example: pg_autoctl create monitor --pgdata monitor --auth scram-sha-256 --ssl-self-signed
      """)

  @OptionGroup var server: ServerOptions
  @OptionGroup var global: GlobalOptions

  var isForServerOwner: Bool { true }

  func run(in context: CommandContext) async throws -> Silence {
    let locations = try server.directory.locations(in: context)
    let earlier = try earlierConfiguration(at: locations)
    if earlier != nil, let process = RunningService(locations: locations).process {
      context.logger.info(
        "\(locations.pgdata) is a monitor already, and runs with process id \(process)")
      return Silence()
    }
    let configuration = try await configuration(earlier: earlier, at: locations, in: context)
    try await MonitorSetup.requireExtension(
      binDirectory: configuration.server.binDirectory)
    try ConfigurationFile.write(configuration, to: locations.configuration)
    try await setUp(configuration, isNew: earlier == nil, at: locations, in: context)
    if server.run {
      try await Services(
        directory: server.directory, locations: locations, context: context
      ).run()
    }
    return Silence()
  }

  /// The configuration of a monitor that was created here before; `nil` when there is none.
  private func earlierConfiguration(at locations: FileLocations) throws -> MonitorConfiguration? {
    guard DurableFile.exists(locations.configuration) else { return nil }
    guard try server.directory.role(at: locations) == .monitor else {
      throw CommandError(
        .badArguments, "\(locations.pgdata) is a node, and cannot become a monitor.",
        hint: "Name another directory with --pgdata.")
    }
    return try server.directory.monitor(at: locations)
  }

  /// Everything that can be found out before anything is changed.
  private func configuration(
    earlier: MonitorConfiguration?, at locations: FileLocations, in context: CommandContext
  ) async throws -> MonitorConfiguration {
    let programs = try await server.programs(in: context)
    _ = try TargetDirectory(locations.pgdata)
    var configuration = earlier ?? MonitorConfiguration()
    configuration.server = try server.server(
      from: earlier?.server, pgdata: locations.pgdata, programs: programs, in: context)
    configuration.ssl = try server.ssl.configuration(workingDirectory: context.workingDirectory)
    try configuration.server.adoptOrRequireFreePort(explicit: server.pgport)
    configuration.hostname =
      server.hostname ?? earlier?.hostname ?? LocalAddress.ofThisMachine()
    return configuration
  }

  private func setUp(
    _ configuration: MonitorConfiguration, isNew: Bool, at locations: FileLocations,
    in context: CommandContext
  ) async throws {
    try await MonitorSetup(
      configuration, superuser: context.userName, logger: context.logger
    ).perform()
    context.logger.info(
      isNew
        ? "The monitor is created and its server runs"
        : "The monitor was created before; its settings are as asked, and its server runs")
    context.logger.info("Nodes reach it as \(configuration.uri)")
    if configuration.server.authentication != .trust {
      context.logger.info(
        "Give the role a password on the monitor with: ALTER ROLE autoctl_node PASSWORD '…'")
    }
    if !server.run {
      context.logger.info("Run its service with: pg_autoctl run --pgdata \(locations.pgdata)")
    }
  }
}
