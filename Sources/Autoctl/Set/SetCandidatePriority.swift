internal import ArgumentParser
internal import MonitorClient

/// `set node candidate-priority`: who takes over first.
struct SetCandidatePriority: Command {
  static let configuration = CommandConfiguration(
    commandName: "candidate-priority", abstract: "Set who takes over first.",
    discussion: """
      Of the standbys that hold every acknowledged commit the one with the highest priority takes \
      over. A node with priority 0 never does.

      Example: pg_autoctl set node candidate-priority 90 --name node_2 --pgdata monitor
      """)

  @Argument(help: "0 to 100.")
  var priority: Int
  @OptionGroup var selection: NodeSelection
  @OptionGroup var wait: WaitOption
  @OptionGroup var global: GlobalOptions

  func validate() throws { try SettingLimits.requirePriority(priority, "The priority") }

  func run(in context: CommandContext) async throws -> SettingAnswer {
    let monitor = try selection.access.client(in: context)
    let node = try await selection.node(from: monitor, in: context)
    try await SettingChange(
      monitor: monitor, formation: node.formation, group: node.groupID, context: context
    ).perform(atMost: wait.limit) { () async throws(MonitorError) in
      try await monitor.setCandidatePriority(
        priority, formation: node.formation, nodeName: node.name)
    }
    return SettingAnswer("candidate-priority", .integer(Int64(priority)))
  }
}
