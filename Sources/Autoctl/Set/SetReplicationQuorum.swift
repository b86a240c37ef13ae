internal import ArgumentParser
internal import MonitorClient

/// `set node replication-quorum`: may commits wait for this node?
struct SetReplicationQuorum: Command {
  static let configuration = CommandConfiguration(
    commandName: "replication-quorum", abstract: "Set whether commits may wait for a node.",
    discussion: """
      With false the node follows asynchronously, and no commit ever waits for it.

      Example: pg_autoctl set node replication-quorum false --name node_3 --pgdata monitor
      """)

  @Argument(help: .init("Do commits wait for this node?", valueName: "true|false"))
  var takesPart: Bool
  @OptionGroup var selection: NodeSelection
  @OptionGroup var wait: WaitOption
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> SettingAnswer {
    let monitor = try selection.access.client(in: context)
    let node = try await selection.node(from: monitor, in: context)
    try await SettingChange(
      monitor: monitor, formation: node.formation, group: node.groupID, context: context
    ).perform(atMost: wait.limit) { () async throws(MonitorError) in
      try await monitor.setReplicationQuorum(
        takesPart, formation: node.formation, nodeName: node.name)
    }
    return SettingAnswer("replication-quorum", .boolean(takesPart))
  }
}
