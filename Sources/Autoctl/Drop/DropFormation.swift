internal import ArgumentParser
internal import Logging
internal import MonitorClient

/// `drop formation`: forgets a formation that has no nodes any more.
struct DropFormation: Command {
  static let configuration = CommandConfiguration(
    commandName: "formation", abstract: "Forget a formation that has no nodes.",
    discussion: """
      Its nodes are dropped one by one first; nothing is removed on their hosts by this command.

      Example: pg_autoctl drop formation --formation billing --pgdata monitor
      """)

  @OptionGroup var access: MonitorOptions
  @Option(name: [.customShort("f"), .long], help: "The name of the formation.")
  var formation: String
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> Silence {
    let monitor = try access.client(in: context)
    try await monitor.requireFormation(formation)
    let nodes = try await monitor.currentState(formation: formation, groupID: nil)
    guard nodes.isEmpty else {
      throw CommandError(
        .monitor,
        "The formation \"\(formation)\" has nodes: \(nodes.map(\.name).joined(separator: ", ")).",
        hint: "Drop them first with: pg_autoctl drop node --formation \(formation) --name ….")
    }
    try await monitor.dropFormation(formation)
    context.logger.info("The formation \(formation) is dropped")
    return Silence()
  }
}
