public import Configuration
internal import Failover
public import Logging
internal import ServerControl

/// Makes a server a monitor: a new one, or one that is there already, running or not.
///
/// Every step may be cut short and done again, so that creating the same monitor twice is harmless.
public struct MonitorSetup: Sendable {
  private let configuration: MonitorConfiguration
  private let server: LocalServer
  private let database: MonitorDatabase
  private let logger: Logger

  /// - Parameter superuser: the operating system's user, who is the cluster's superuser.
  public init(_ configuration: MonitorConfiguration, superuser: String, logger: Logger) {
    self.configuration = configuration
    self.logger = logger
    server = LocalServer(
      ServerSettings(monitor: configuration, superuser: superuser, logger: logger))
    database = MonitorDatabase(
      socketDirectory: configuration.server.socketDirectory, port: configuration.server.port,
      superuser: superuser)
  }

  /// Are the extension's files there for this server's programs? Asked before anything is created.
  public static func requireExtension(binDirectory: String) async throws(MonitorSetupError) {
    if await ExtensionFiles.areInstalled(for: binDirectory) == false {
      throw .extensionMissing(for: binDirectory)
    }
  }

  /// Does everything, and leaves the server running.
  public func perform() async throws(MonitorSetupError) {
    try await Self.requireExtension(binDirectory: configuration.server.binDirectory)
    try await controlling { server throws(ServerError) in
      try await server.createCluster()
      try await server.configure(for: [])
      try await server.start(as: .primary)
    }
    guard try await database.providesExtension() else {
      throw .extensionMissing(for: configuration.server.binDirectory)
    }
    try await preloadLibrary()
    try await database.createDatabase()
    let change = try await database.createExtension()
    if change.before == nil {
      logger.info("Created the extension pgautofailover \(change.after)")
    } else if change.isUpdate {
      logger.info("Updated the extension pgautofailover to \(change.after); restarting its server")
      try await restart()
    }
    await server.close()
  }

  /// Sees that the server has loaded our library, which only a start can do.
  private func preloadLibrary() async throws(MonitorSetupError) {
    var loaded = try await database.preloadedLibraries()
    if loaded.contains(ServerSettings.monitorLibrary) { return }
    logger.info("Restarting the server, so that it loads the library of the extension")
    try await restart()
    loaded = try await database.preloadedLibraries()
    if loaded.contains(ServerSettings.monitorLibrary) { return }
    do {
      try PreloadedLibraries(directory: configuration.server.pgdata).append(to: loaded)
    } catch {
      throw MonitorSetupError(code: .settings, message: error.located, hint: error.hint)
    }
    try await restart()
    loaded = try await database.preloadedLibraries()
    guard loaded.contains(ServerSettings.monitorLibrary) else {
      throw MonitorSetupError(
        code: .settings,
        message: "The setting shared_preload_libraries of the server does not take pgautofailover.",
        hint:
          "Remove it from postgresql.auto.conf with: ALTER SYSTEM RESET shared_preload_libraries.")
    }
  }

  private func restart() async throws(MonitorSetupError) {
    try await controlling { server throws(ServerError) in
      // Also puts the includes back in their order.
      try await server.configure(for: [])
      try await server.stop()
      try await server.start(as: .primary)
    }
  }

  private func controlling(
    _ work: (LocalServer) async throws(ServerError) -> Void
  ) async throws(MonitorSetupError) {
    do throws(ServerError) {
      try await work(server)
    } catch {
      throw MonitorSetupError(error)
    }
  }
}
