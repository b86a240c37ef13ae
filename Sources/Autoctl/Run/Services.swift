internal import Configuration
internal import Glibc
internal import Keeper
internal import Logging
internal import MonitorClient
internal import MonitorHost
internal import PostgresClient
internal import ServerControl
internal import ServiceLifecycle
internal import UnixSignals

/// Runs the service of a data directory until it is told to end.
struct Services {
  let directory: PgdataOptions
  let locations: FileLocations
  let context: CommandContext

  /// Runs what the configuration says that the directory is. Ends when it is told to, or when the
  /// node was dropped.
  func run() async throws {
    let restart = RestartRequest()
    try await serve(restart)
    if restart.isPending { try Reexecution.perform(context.programPath) }
  }

  private func serve(_ restart: RestartRequest) async throws {
    let role = try directory.role(at: locations)
    // Read before the lock is taken, so that mistakes are told first.
    let configuration = role == .keeper ? try directory.keeper(at: locations) : nil
    let lock = try ServiceLock(locations)
    defer { lock.release() }
    switch configuration {
    case let configuration?: try await runKeeper(configuration, restart)
    case nil: try await runMonitor(try directory.monitor(at: locations), restart)
    }
  }

  private func runKeeper(
    _ configuration: KeeperConfiguration, _ restart: RestartRequest
  ) async throws {
    try requireSamePgdata(configuration.server.pgdata)
    let keeper = try NodeKeeper(configuration, locations: locations, context: context)
    let atStart = try directory.document(at: locations)
    let reload: @Sendable () async -> Void = { [self] in
      do {
        let changed = configuration.reloading(try directory.keeper(at: locations))
        let waiting = try directory.document(at: locations).waiting(since: atStart)
        if !waiting.isEmpty {
          let names = waiting.joined(separator: ", ")
          context.logger.warning("When the service is started again these count: \(names)")
        }
        try await keeper.reload(changed, locations: locations, context: context)
      } catch {
        context.logger.error("The changed configuration cannot be used: \(CommandError(error))")
      }
    }
    let monitor = configuration.isMonitorDisabled ? nil : try configuration.requireMonitor()
    context.logger.info(
      "pg_autoctl \(Version.program) keeps \(locations.pgdata)",
      metadata: [
        "node": "\(keeper.nodeID)",
        "monitor": "\(monitor?.description ?? configuration.monitor)",
      ])
    let restarting = RestartService(request: restart) {
      await keeper.service.requestStop(leaveServerRunning: true)
    }
    try await run(
      keeper.service, reload: reload, restarting,
      stopAtOnce: { await keeper.service.requestStop() },
      signOfLife: { await keeper.service.signOfLife })
    await keeper.close()
    switch await keeper.service.ending {
    case .dropped?:
      throw CommandError(
        .dropped, "This node was dropped from its formation.",
        hint: "Create it again with pg_autoctl create postgres, or remove it with "
          + "pg_autoctl drop node --destroy.")
    case .unknownToMonitor?:
      throw CommandError(
        .dropped, "The monitor does not know this node any more.",
        hint: "Create it again with pg_autoctl create postgres.")
    default: break
    }
  }

  private func runMonitor(
    _ configuration: MonitorConfiguration, _ restart: RestartRequest
  ) async throws {
    try requireSamePgdata(configuration.server.pgdata)
    let service = MonitorService(
      configuration, superuser: context.userName, logger: context.logger)
    context.logger.info("pg_autoctl \(Version.program) runs the monitor in \(locations.pgdata)")
    let reload: @Sendable () async -> Void = { [self] in
      do {
        await service.reload(try directory.monitor(at: locations))
      } catch {
        context.logger.error("The changed configuration cannot be used: \(CommandError(error))")
      }
    }
    let restarting = RestartService(request: restart) { await service.leave() }
    try await run(service, reload: reload, restarting) { "monitor" }
  }

  /// Runs a service in a group that SIGTERM ends gracefully; SIGHUP reads the configuration again. SIGINT
  /// and SIGQUIT do not wait for anybody, where the service makes that difference.
  private func run(
    _ service: any Service, reload: @escaping @Sendable () async -> Void,
    _ restarting: RestartService, stopAtOnce: (@Sendable () async -> Void)? = nil,
    signOfLife: @escaping @Sendable () async -> String?
  ) async throws {
    var quiet = context.logger
    quiet.logLevel = max(context.logger.logLevel, .warning)
    var services: [ServiceGroupConfiguration.ServiceConfiguration] = [
      .init(
        service: service, successTerminationBehavior: .gracefullyShutdownGroup,
        failureTerminationBehavior: .gracefullyShutdownGroup),
      .init(service: ReloadService(reload: reload)), .init(service: restarting),
      .init(service: ProgramPages(clock: context.clock)),
    ]
    if let notifier = SystemdNotifier(environment: context.environment) {
      services.append(
        .init(
          service: SystemdReport(notifier: notifier, clock: context.clock, status: signOfLife)))
    }
    let urgent: [UnixSignal] = [.sigint, .sigquit]
    let group = ServiceGroup(
      configuration: ServiceGroupConfiguration(
        services: services,
        gracefulShutdownSignals: stopAtOnce == nil ? [.sigterm] + urgent : [.sigterm],
        logger: quiet))
    guard let stopAtOnce else { return try await group.run() }
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask { try await group.run() }
      tasks.addTask {
        for await _ in await UnixSignalsSequence(trapping: urgent) {
          await stopAtOnce()
        }
      }
      try await tasks.next()
      tasks.cancelAll()
    }
  }

  private func requireSamePgdata(_ configured: String) throws {
    guard configured == locations.pgdata else {
      throw CommandError(
        .badConfiguration,
        "\(locations.configuration) is about \(configured), not about \(locations.pgdata).",
        hint: "Correct the setting postgresql.pgdata there.")
    }
  }
}

/// Reads the configuration again on SIGHUP.
private struct ReloadService: Service {
  let reload: @Sendable () async -> Void

  func run() async throws {
    await cancelWhenGracefulShutdown {
      for await _ in await UnixSignalsSequence(trapping: .sighup) { await reload() }
    }
  }
}

/// A keeper with all that it needs, made from the files of its data directory.
struct NodeKeeper: Sendable {
  let service: KeeperService
  let nodeID: Int64
  private let monitor: any Monitor
  private let server: LocalServer

  init(
    _ configuration: KeeperConfiguration, locations: FileLocations, context: CommandContext
  ) throws {
    let stateFile = StateFile(path: locations.state)
    nodeID = try stateFile.load().nodeID
    monitor = try Self.monitor(of: configuration, for: nodeID)
    server = LocalServer(
      try ServerSettings(
        node: configuration, nodeID: nodeID, locations: locations, context: context))
    let progress = ProgressLine(context.output)
    service = try KeeperService(
      settings: KeeperSettings(configuration, haste: context.keeperHaste), stateFile: stateFile,
      server: server, monitor: monitor, logger: context.logger, progress: progress.show,
      keepSnapshot: { try DurableFile.write($0, to: locations.group) })
  }

  private static func monitor(
    of configuration: KeeperConfiguration, for nodeID: Int64
  ) throws -> any Monitor {
    if configuration.isMonitorDisabled { return DisabledMonitor() }
    return SQLMonitor(
      try configuration.requireMonitor(), applicationName: "pg_autoctl keeper \(nodeID)",
      hearsEverything: false)
  }

  /// Uses changed settings from now on: of the server, and the keeper's own times.
  func reload(
    _ configuration: KeeperConfiguration, locations: FileLocations, context: CommandContext
  ) async throws {
    server.use(
      try ServerSettings(
        node: configuration, nodeID: nodeID, locations: locations, context: context))
    server.rereadFiles()
    await service.reload(KeeperSettings(configuration, haste: context.keeperHaste))
  }

  /// Closes the connections; the server goes on.
  func close() async {
    await monitor.close()
    await server.close()
  }
}
