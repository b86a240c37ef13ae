internal import ArgumentParser
internal import Failover
internal import Logging
internal import MonitorClient

/// `enable maintenance`: puts a node into the operator's hands.
struct EnableMaintenance: Command {
  static let configuration = CommandConfiguration(
    commandName: "maintenance", abstract: "Put a node into maintenance: its server is left alone.",
    discussion: """
      A primary either hands its role over first, with --allow-failover, or leaves its group without \
      a writer until disable maintenance, with --without-failover.

      Example: pg_autoctl enable maintenance --name node_2 --pgdata monitor
      """)

  @OptionGroup var selection: NodeSelection
  @Flag(
    name: [.customShort("A"), .long],
    help: "When the node is the primary, let another one take over first.")
  var allowFailover = false
  @Flag(
    help: "When the node is the primary, nobody takes over: there is no writer meanwhile.")
  var withoutFailover = false
  @OptionGroup var wait: WaitOption
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if allowFailover, withoutFailover {
      throw ValidationError(
        "--allow-failover and --without-failover exclude each other: give one of them.")
    }
  }

  func run(in context: CommandContext) async throws -> NodeAnswer {
    let monitor = try selection.access.client(in: context)
    let node = try await selection.node(from: monitor, in: context)
    if node.reported == .maintenance, node.goal == .maintenance {
      context.logger.info("\(node.name) is in maintenance already")
      return NodeAnswer(node: node)
    }
    guard allowFailover || withoutFailover || !node.goal.takesWrites else {
      throw CommandError(
        .badArguments, "\(node.name) is the primary of its group.",
        hint: "Add --allow-failover to let a standby take over first, or --without-failover to be "
          + "without a writer until the maintenance ends.")
    }
    let follower = GroupFollower(
      monitor, formation: node.formation, group: node.groupID, context: context)
    _ = try await follower.begin()
    let refusal = Refusal(monitor: monitor, formation: node.formation, group: node.groupID)
    try await refusal.explaining("requested_maintenance", in: context) {
      () async throws(MonitorError) in
      try await monitor.startMaintenance(nodeID: node.nodeID, withFailover: !withoutFailover)
    }
    return try await follower.wait(for: node, toReach: [.maintenance], atMost: wait.limit)
  }
}
