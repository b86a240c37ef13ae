internal import Configuration
internal import Keeper
internal import Logging
internal import MonitorClient
internal import PostgresClient

/// Another monitor for the node of a data directory, or none; its server goes on.
struct MonitorChange {
  let directory: PgdataOptions
  let context: CommandContext
  let locations: FileLocations
  let keeper: KeeperConfiguration
  let state: KeeperState

  init(_ directory: PgdataOptions, in context: CommandContext) throws {
    self.directory = directory
    self.context = context
    locations = try directory.locations(in: context)
    keeper = try directory.keeper(at: locations)
    state = try StateFile(path: locations.state).load()
  }

  /// This node as a monitor knows it; `nil` when it does not.
  func row(at monitor: any OperatorMonitor) async throws(MonitorError) -> StateRow? {
    try await rows(at: monitor).first { $0.nodeID == state.nodeID }
  }

  /// The node's group as a monitor knows it.
  func rows(at monitor: any OperatorMonitor) async throws(MonitorError) -> [StateRow] {
    try await monitor.currentState(formation: state.formation, groupID: state.groupID)
  }

  /// An error while the monitor of the configuration is there: it would go on deciding for the others.
  func requireLostMonitor() async throws {
    guard !keeper.isMonitorDisabled else { return }
    let target = try MonitorOptions.parsed(keeper.monitor)
    let old = context.monitors(target, context.logger)
    do throws(MonitorError) {
      _ = try await old.extensionVersion()
    } catch {
      switch error.code {
      case .unreachable, .notAMonitor: return
      case .notAllowed, .refused, .unexpectedAnswer: break
      }
    }
    throw CommandError(
      .badState, "The monitor at \(target) still answers, and would go on deciding for the group.",
      hint: "Stop it first, with pg_autoctl stop on its host.")
  }

  /// Writes the configuration, and has a running service begin anew with it.
  func take(_ monitor: String) async throws -> ConfigurationAnswer {
    let document = try ConfigurationDocument(at: locations.configuration)
      .setting("pg_autoctl.monitor", to: monitor)
    try document.save()
    if try await RunningService(locations: locations).beginAnew(atMost: .seconds(60), in: context) {
      context.logger.info("The service goes on with it, and its server did not stop")
    } else {
      context.logger.info("No service runs: it counts from its start")
    }
    return ConfigurationAnswer(document: document, entry: nil)
  }
}

extension KeeperConfiguration {
  /// The monitor's connection string; an error while it is disabled.
  func requireMonitor() throws -> ConnectionString {
    guard !isMonitorDisabled else {
      throw CommandError(
        .badState, "The monitor is disabled for this node.",
        hint: "Enable one with pg_autoctl enable monitor, or name one with --monitor.")
    }
    return try MonitorOptions.parsed(monitor)
  }
}
