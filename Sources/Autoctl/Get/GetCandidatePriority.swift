internal import ArgumentParser
internal import MonitorClient

/// `get node candidate-priority`: who takes over first.
struct GetCandidatePriority: Command {
  static let configuration = CommandConfiguration(
    commandName: "candidate-priority", abstract: "Show the candidate priority of a node.",
    discussion: """
      Example: pg_autoctl get node candidate-priority --name node_2 --pgdata monitor
      """)

  @OptionGroup var selection: NodeSelection
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> SettingAnswer {
    let monitor = try selection.access.client(in: context)
    let node = try await selection.node(from: monitor, in: context)
    return SettingAnswer(
      "candidate-priority", .integer(Int64(node.candidatePriority)), of: node.name)
  }
}
