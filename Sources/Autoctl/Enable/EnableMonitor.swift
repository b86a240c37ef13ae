internal import ArgumentParser
internal import Configuration
internal import Failover
internal import Keeper
internal import Logging
internal import MonitorClient

/// `enable monitor`: has a node obey another monitor. The primary brings its group along.
struct EnableMonitor: Command {
  static let configuration = CommandConfiguration(
    commandName: "monitor", abstract: "Use another monitor, in place of one that was lost.",
    discussion: """
      Begin with the primary: it tells the new monitor what the lost one knew, so that names, ids, \
      candidate priorities, quorum and states stay. Then the standbys, in any order. No server is \
      restarted, and nobody fails over.

      Example: pg_autoctl enable monitor postgres://autoctl_node@mon2/pg_auto_failover --pgdata ha
      """)

  @Argument(help: "The new monitor's URI.")
  var uri: String
  @Flag(
    help: """
      On a primary that was stopped because nobody was heard: you are sure that no other node of the \
      group takes writes. On one that runs, while another one is the primary for the monitor: follow.
      """)
  var force = false
  @OptionGroup var directory: PgdataOptions
  @OptionGroup var global: GlobalOptions

  var isForServerOwner: Bool { true }

  func run(in context: CommandContext) async throws -> ConfigurationAnswer {
    let change = try MonitorChange(directory, in: context)
    let monitor = context.monitors(try MonitorOptions.parsed(uri), context.logger)
    if uri != change.keeper.monitor { try await change.requireLostMonitor() }
    _ = try await monitor.extensionVersion()
    if let row = try await change.row(at: monitor) {
      try require(row, toFit: change)
      context.logger.info("The monitor knows this node as \(row.name)")
    } else {
      try await GroupRestoration(change: change, monitor: monitor, isForced: force).perform()
    }
    return try await change.take(uri)
  }

  /// Is that this node, and may it do what the monitor has in mind for it?
  private func require(_ row: StateRow, toFit change: MonitorChange) throws {
    let keeper = change.keeper
    guard row.host == keeper.hostname, row.port == keeper.server.port else {
      throw CommandError(
        .monitor, "For that monitor node \(row.nodeID) is \(row.name) at \(row.host):\(row.port).",
        hint: "It serves another group: name the monitor that this group was brought into.")
    }
    let writes = change.state.current.takesWrites && !change.state.isFenced
    guard force || !writes || row.goal.takesWrites else {
      throw CommandError(
        .badState, "This node takes writes, and for that monitor another one is the primary.",
        hint: "Find out which one has your data. With --force this one becomes a standby.")
    }
  }
}
