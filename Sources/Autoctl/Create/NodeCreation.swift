internal import Configuration
internal import Failover
internal import Keeper
internal import Logging
internal import MonitorClient
internal import ServerControl

/// Creates a node from a configuration that was checked: registers it, remembers that, and lets a
/// keeper bring its server up. Cut short anywhere, it goes on when it is performed again.
struct NodeCreation {
  let locations: FileLocations
  let context: CommandContext

  /// The configuration of a node that was created here before; `nil` when there is none.
  func earlierConfiguration(_ directory: PgdataOptions) throws -> KeeperConfiguration? {
    guard DurableFile.exists(locations.configuration) else { return nil }
    guard try directory.role(at: locations) == .keeper else {
      throw CommandError(
        .badArguments, "\(locations.pgdata) is a monitor, and cannot become a node.",
        hint: "Name another directory with --pgdata.")
    }
    return try directory.keeper(at: locations)
  }

  /// Does everything, and leaves the server running.
  func perform(
    _ configuration: KeeperConfiguration, candidatePriority: Int, replicationQuorum: Bool
  ) async throws {
    let lock = try ServiceLock(locations)
    defer { lock.release() }
    let monitor = context.monitors(
      try configuration.requireMonitor(), context.logger)
    // Says early whether there is a monitor at all, and lets us in.
    _ = try await monitor.extensionVersion()
    var configuration = configuration
    let stateFile = StateFile(path: locations.state)
    if let known = try await registeredNode(stateFile, monitor, configuration) {
      context.logger.info(
        "\(locations.pgdata) was created before, as \(known.name) (node \(known.nodeID))")
      configuration.name = known.name
    } else {
      try await register(
        &configuration, stateFile, monitor, candidatePriority: candidatePriority,
        replicationQuorum: replicationQuorum)
    }
    try ConfigurationFile.write(configuration, to: locations.configuration)
    await monitor.close()
    try await bringInConfiguration(configuration, stateFile)
    try await bringUp(configuration)
  }

  /// Configuration files outside of the data directory come into it. A server that runs by them is
  /// stopped, and started again by those inside; so is a standby that was started for another upstream.
  private func bringInConfiguration(
    _ configuration: KeeperConfiguration, _ stateFile: StateFile
  ) async throws {
    let pgdata = locations.pgdata
    try OutsideConfiguration.find(for: pgdata)?.bringIn(to: pgdata, log: context.logger)
    let hasNotFollowed = [.initial, .waitStandby].contains(try stateFile.load().current)
    let isForeignStandby = hasNotFollowed && DurableFile.exists("\(pgdata)/standby.signal")
    guard RunningServer(in: pgdata) != nil,
      try isForeignStandby || OutsideConfiguration.isInUse(by: pgdata)
    else { return }
    context.logger.warning("Restarting the server, so that it reads its configuration in \(pgdata)")
    let server = LocalServer(
      try ServerSettings(
        node: configuration, nodeID: nil, locations: locations, context: context))
    try await server.stop()
    await server.close()
  }

  /// The node as it was registered before; `nil` when it was not, or was dropped since.
  private func registeredNode(
    _ stateFile: StateFile, _ monitor: any OperatorMonitor, _ configuration: KeeperConfiguration
  ) async throws -> StateRow? {
    guard stateFile.exists else { return nil }
    let state = try stateFile.load()
    let nodes = try await monitor.currentState(formation: state.formation, groupID: state.groupID)
    if state.current != .dropped, let node = nodes.first(where: { $0.nodeID == state.nodeID }) {
      return node
    }
    context.logger.info("This node was dropped before; it is registered anew")
    return nil
  }

  private func register(
    _ configuration: inout KeeperConfiguration, _ stateFile: StateFile,
    _ monitor: any OperatorMonitor, candidatePriority: Int, replicationQuorum: Bool
  ) async throws {
    let identifier = try await identifierOfData(configuration, monitor)
    let answer = try await NodeRegistration(monitor: monitor, context: context).perform(
      Registration(
        formation: configuration.formation, host: configuration.hostname,
        port: configuration.server.port, database: configuration.database,
        name: configuration.name, systemIdentifier: identifier ?? 0,
        candidatePriority: candidatePriority, replicationQuorum: replicationQuorum))
    do {
      try await stateFile.save(
        KeeperState(
          formation: configuration.formation, nodeID: answer.assignment.nodeID,
          groupID: answer.assignment.groupID, goal: answer.assignment.goal,
          systemIdentifier: identifier))
      configuration.group = answer.assignment.groupID
      configuration.name = answer.name
      try ConfigurationFile.write(configuration, to: locations.configuration)
    } catch {
      // Nobody would ever act for a node that is not remembered here.
      try? stateFile.remove()
      try? await monitor.removeNode(id: answer.assignment.nodeID, force: true)
      throw error
    }
    context.logger.info(
      """
      Registered \(answer.name) (node \(answer.assignment.nodeID)), which is to become \
      \(answer.assignment.goal.rawValue)
      """)
  }

  /// The system identifier of a cluster that is in the directory already; `nil` when there is none.
  private func identifierOfData(
    _ configuration: KeeperConfiguration, _ monitor: any OperatorMonitor
  ) async throws -> UInt64? {
    let server = LocalServer(
      try ServerSettings(
        node: configuration, nodeID: nil, locations: locations, context: context))
    let seen = await server.observe()
    await server.close()
    guard seen.process != .absent else { return nil }
    let isStandby =
      seen.isInRecovery ?? DurableFile.exists("\(locations.pgdata)/standby.signal")
    if isStandby,
      try await monitor.currentState(formation: configuration.formation, groupID: 0).isEmpty
    {
      throw CommandError(
        .badArguments,
        """
        The cluster in \(locations.pgdata) is a standby, and formation \
        "\(configuration.formation)" has no node that it could follow.
        """,
        hint: "Create its primary as a node first. If that is lost for good, and what only it had: "
          + "start this server, promote it with pg_ctl promote, and give this command again.")
    }
    guard let identifier = seen.systemIdentifier else {
      throw CommandError(
        .server,
        "The server in \(locations.pgdata) cannot be looked at: "
          + (seen.problem ?? "it does not answer") + ".",
        hint: "See that it is whole and that this user may connect to it through its socket.")
    }
    context.logger.info(
      "Adopting the \(isStandby ? "standby" : "cluster") in \(locations.pgdata), with its data")
    return identifier
  }

  /// Runs a keeper until the node has its place in the group.
  private func bringUp(_ configuration: KeeperConfiguration) async throws {
    let keeper = try NodeKeeper(configuration, locations: locations, context: context)
    do {
      let state = try await keeper.service.run(until: Self.isInPlace, limit: .seconds(24 * 3600))
      await keeper.close()
      context.logger.info("The node is \(state.rawValue), and its server runs")
    } catch {
      await keeper.close()
      throw error
    }
  }

  /// From here on the keeper of `run` goes on.
  private static let isInPlace: @Sendable (NodeState) -> Bool = { state in
    switch state {
    case .single, .waitPrimary, .primary, .secondary, .maintenance: true
    default: false
    }
  }
}
