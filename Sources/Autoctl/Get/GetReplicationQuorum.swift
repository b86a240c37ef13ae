internal import ArgumentParser
internal import MonitorClient

/// `get node replication-quorum`: may commits wait for this node?
struct GetReplicationQuorum: Command {
  static let configuration = CommandConfiguration(
    commandName: "replication-quorum", abstract: "Show whether commits may wait for a node.",
    discussion: """
      Example: pg_autoctl get node replication-quorum --name node_2 --pgdata monitor
      """)

  @OptionGroup var selection: NodeSelection
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> SettingAnswer {
    let monitor = try selection.access.client(in: context)
    let node = try await selection.node(from: monitor, in: context)
    return SettingAnswer("replication-quorum", .boolean(node.replicationQuorum), of: node.name)
  }
}
