public import Configuration
internal import Failover
public import Logging
internal import MonitorClient
internal import PostgresClient
internal import ServerControl
public import ServiceLifecycle

/// Runs a monitor: its server runs as long as the service does, and what it says is logged.
///
/// The server outlives a service that is killed, and the next one adopts it. Told to end gracefully,
/// the service stops its server.
public actor MonitorService: Service {
  private var configuration: MonitorConfiguration
  private let superuser: String
  private let logger: Logger
  private let clock: any Clock<Duration>
  private var server: LocalServer
  private var isLeaving = false
  private let departure = AsyncStream.makeStream(of: Void.self)

  /// - Parameter superuser: the operating system's user, who is the cluster's superuser.
  public init(
    _ configuration: MonitorConfiguration, superuser: String, logger: Logger,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.clock = clock
    self.configuration = configuration
    self.superuser = superuser
    self.logger = logger
    server = Self.server(configuration, superuser, logger)
  }

  /// Takes a changed configuration: writes the server's settings and has it reload them.
  public func reload(_ changed: MonitorConfiguration) async {
    guard changed.server.pgdata == configuration.server.pgdata,
      changed.server.port == configuration.server.port
    else {
      logger.error("The data directory and the port cannot change while the monitor runs")
      return
    }
    configuration = changed
    server = Self.server(changed, superuser, logger)
    do throws(ServerError) {
      try await server.configure(for: [])
      server.rereadFiles()
      logger.info("Reloaded the configuration")
    } catch {
      logger.error("The changed configuration cannot be used: \(error)")
    }
  }

  public func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      await withTaskGroup { group in
        group.addTask { await self.keepServer() }
        group.addTask { await self.tellNotifications() }
        group.addTask { await self.awaitDeparture() }
        await group.next()
        group.cancelAll()
      }
    }
    // Cancelled or told to leave, rather than to end: the server goes on, for the next service to adopt.
    if Task.isCancelled || isLeaving { return }
    logger.info("Stopping the monitor's server")
    try await server.stop()
  }

  /// Ends the service, and leaves its server running.
  public func leave() {
    isLeaving = true
    departure.continuation.yield()
  }

  private func awaitDeparture() async {
    for await _ in departure.stream { return }
  }

  /// Starts the server whenever it does not run, with growing pauses while that fails.
  private func keepServer() async {
    let retry = RetryPolicy(first: .milliseconds(500), longest: .seconds(10))
    var generator = SystemRandomNumberGenerator()
    var attempts = 0
    var lastFailure = ""
    while !Task.isCancelled {
      do throws(MonitorSetupError) {
        let wasRunning = await server.observe().isRunning
        try await MonitorSetup(configuration, superuser: superuser, logger: logger).perform()
        logger.info(
          wasRunning ? "Adopted the monitor's running server" : "The monitor's server runs",
          metadata: ["port": "\(configuration.server.port)"])
        attempts = 0
        lastFailure = ""
        await server.waitForExit()
        if !Task.isCancelled { logger.warning("The monitor's server has ended; starting it again") }
      } catch {
        // The same sentence every few seconds helps nobody.
        if error.description != lastFailure { logger.error("\(error)") }
        lastFailure = error.description
        attempts += 1
        let pause = retry.delay(after: attempts, using: &generator) ?? .seconds(10)
        try? await clock.sleep(for: pause)
      }
    }
  }

  /// Logs what the monitor says; a lost connection is opened again.
  private func tellNotifications() async {
    let monitor = SQLMonitor(
      ConnectionString([
        "host": configuration.server.socketDirectory, "port": "\(configuration.server.port)",
        "user": superuser, "dbname": MonitorConfiguration.database,
      ]), applicationName: "pg_autoctl monitor")
    while !Task.isCancelled {
      do throws(MonitorError) {
        switch try await monitor.waitForNotification(atMost: .seconds(30)) {
        case .state(let change)?:
          logger.info(
            """
            \(change.name) (\(change.host):\(change.port)) is \(change.reported.rawValue), \
            goal \(change.goal.rawValue), health \(change.health.rawValue)
            """)
        case .log(let sentence)?: logger.debug("\(sentence)")
        case nil: break
        }
      } catch {
        try? await clock.sleep(for: .seconds(1))
      }
    }
    await monitor.close()
  }

  private static func server(
    _ configuration: MonitorConfiguration, _ superuser: String, _ logger: Logger
  ) -> LocalServer {
    LocalServer(ServerSettings(monitor: configuration, superuser: superuser, logger: logger))
  }
}
