internal import ArgumentParser
internal import Configuration
internal import Failover
internal import Keeper
internal import Logging
internal import MonitorClient
internal import PostgresClient

/// `disable monitor`: a node goes on without a monitor.
struct DisableMonitor: Command {
  static let configuration = CommandConfiguration(
    commandName: "monitor",
    abstract: "Go on without a monitor: the server runs, nobody fails over.",
    discussion: """
      Without --force the node leaves its group at the monitor, and its server goes on for itself. \
      With --force a monitor that is lost is not asked: so do before a new one takes its address, \
      on all nodes, then use enable monitor.

      Example: pg_autoctl disable monitor --force --pgdata ha
      """)

  @Flag(
    name: [.customShort("F"), .long],
    help: "The monitor is lost: do not ask it. Refused while it answers.")
  var force = false
  @OptionGroup var directory: PgdataOptions
  @OptionGroup var global: GlobalOptions

  var isForServerOwner: Bool { true }

  func run(in context: CommandContext) async throws -> ConfigurationAnswer {
    let change = try MonitorChange(directory, in: context)
    if change.keeper.isMonitorDisabled {
      context.logger.info("The monitor is disabled already")
      return ConfigurationAnswer(
        document: try ConfigurationDocument(at: change.locations.configuration), entry: nil)
    }
    if force {
      try await change.requireLostMonitor()
      return try await change.take(KeeperConfiguration.disabledMonitor)
    }
    let monitor = context.monitors(try change.keeper.requireMonitor(), context.logger)
    let others = try await change.rows(at: monitor).filter { $0.nodeID != change.state.nodeID }
    if change.state.current.takesWrites, !others.isEmpty {
      throw CommandError(
        .badState, "This node is the primary of a group: without it the others would elect one.",
        hint: "Use pg_autoctl perform switchover first; for a monitor that is lost add --force.")
    }
    // First the keeper: else it would hear that its node was removed, and stop the server.
    let answer = try await change.take(KeeperConfiguration.disabledMonitor)
    do throws(MonitorError) {
      try await monitor.removeNode(id: change.state.nodeID, force: true)
    } catch let error where error.code == .refused(sqlState: SQLState.undefinedObject) {
      context.logger.info("The monitor did not know this node")
    } catch {
      throw error
    }
    return answer
  }
}
