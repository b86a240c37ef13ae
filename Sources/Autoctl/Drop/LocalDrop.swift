internal import Configuration
internal import Failover
internal import Keeper
internal import Logging
internal import MonitorClient
internal import PostgresClient
internal import ServerControl

/// Drops the node of this host: from the monitor, then its server, then, if asked, its files. Every
/// part may have been done before.
struct LocalDrop {
  let access: MonitorOptions
  let force: Bool
  let destroy: Bool
  let limit: Duration
  let context: CommandContext

  func perform() async throws -> Silence {
    let locations = try access.directory.locations(in: context)
    guard context.userID != 0 else {
      throw CommandError(
        .badArguments, "pg_autoctl must not run as root, because PostgreSQL does not.",
        hint: "Run it as the user who owns the data directory: sudo -u postgres pg_autoctl ….")
    }
    let configuration = try access.directory.keeper(at: locations)
    let removal = Removal(locations: locations, context: context)
    let stateFile = StateFile(path: locations.state)
    if stateFile.exists {
      try await leave(stateFile, configuration, removal, locations)
    }
    try await stopServer(configuration, locations)
    if destroy {
      try await removal.destroy()
    } else {
      context.logger.info("The node is dropped; its data is kept in \(locations.pgdata)")
    }
    return Silence()
  }

  /// Tells the monitor, lets the service end the server or ends it, and waits until the monitor has
  /// forgotten the node.
  private func leave(
    _ stateFile: StateFile, _ configuration: KeeperConfiguration, _ removal: Removal,
    _ locations: FileLocations
  ) async throws {
    var state = try stateFile.load()
    if configuration.isMonitorDisabled, force {
      context.logger.warning("The monitor is disabled for this node, and is not told")
      try await removal.stopService(within: limit)
      return try await noteDropped(&state, stateFile, configuration, locations)
    }
    let monitor = context.monitors(try configuration.requireMonitor(), context.logger)
    do throws(MonitorError) {
      try await monitor.removeNode(id: state.nodeID, force: force)
      context.logger.info("The monitor takes node \(state.nodeID) out of its group")
    } catch {
      switch error.code {
      case .refused(SQLState.undefinedObject):
        context.logger.info("The monitor does not know node \(state.nodeID) any more")
      case .unreachable where force && destroy:
        context.logger.warning(
          "\(error.message) The node is destroyed here all the same; the monitor still lists it")
      default: throw error
      }
    }
    // A service that runs stops its server, reports that, and ends.
    if try await !RunningService(locations: locations).waitForEnd(atMost: limit, in: context) {
      context.logger.warning("The service did not end by itself; stopping it")
      try await removal.stopService(within: limit)
    }
    try await noteDropped(&state, stateFile, configuration, locations)
    // Without a service nobody else would tell that the server has stopped.
    _ = try? await monitor.nodeActive(
      formation: state.formation, nodeID: state.nodeID, groupID: state.groupID,
      report: NodeReport(state: .dropped, isRunning: false))
    await monitor.close()
  }

  /// Sees that the server has stopped, and keeps for good that the node is no part of its group.
  private func noteDropped(
    _ state: inout KeeperState, _ stateFile: StateFile, _ configuration: KeeperConfiguration,
    _ locations: FileLocations
  ) async throws {
    try await stopServer(configuration, locations)
    guard try stateFile.load().current != .dropped else { return }
    state.current = .dropped
    state.goal = .dropped
    try await stateFile.save(state)
  }

  private func stopServer(
    _ configuration: KeeperConfiguration, _ locations: FileLocations
  ) async throws {
    let server = LocalServer(
      try ServerSettings(
        node: configuration, nodeID: nil, locations: locations, context: context))
    try await server.stop()
  }
}
