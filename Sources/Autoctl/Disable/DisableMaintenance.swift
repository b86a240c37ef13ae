internal import ArgumentParser
internal import Failover
internal import MonitorClient

/// `disable maintenance`: gives a node back to the monitor.
struct DisableMaintenance: Command {
  static let configuration = CommandConfiguration(
    commandName: "maintenance", abstract: "End the maintenance of a node.",
    discussion: """
      Example: pg_autoctl disable maintenance --name node_2 --pgdata monitor
      """)

  @OptionGroup var selection: NodeSelection
  @OptionGroup var wait: WaitOption
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> NodeAnswer {
    let monitor = try selection.access.client(in: context)
    let node = try await selection.node(from: monitor, in: context)
    let follower = GroupFollower(
      monitor, formation: node.formation, group: node.groupID, context: context)
    _ = try await follower.begin()
    let refusal = Refusal(monitor: monitor, formation: node.formation, group: node.groupID)
    try await refusal.explaining("requested_maintenance_end", in: context) {
      () async throws(MonitorError) in
      try await monitor.stopMaintenance(nodeID: node.nodeID)
    }
    return try await follower.wait(
      for: node, toReach: [.secondary, .primary, .waitPrimary, .single], atMost: wait.limit)
  }
}
