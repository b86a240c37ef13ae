public import ArgumentParser
internal import Failover
public import MonitorClient

extension Happening: ExpressibleByArgument {}

/// `check failover`: what would happen if a node were lost now, for people and monitoring systems.
struct CheckFailover: Command {
  static let configuration = CommandConfiguration(
    commandName: "failover", abstract: "Tell what would happen if a node were lost now.",
    discussion: """
      The first line and the exit code are those of a plugin for monitoring systems: 0 when all is \
      well, 1 when a failover would work but something stands against it, such as a candidate that is \
      not ready, 2 when nobody would take over by itself, 3 when nobody knows, as without a monitor. \
      Below stand each node's loss and the decisions that would follow. Nothing is changed.

      Example: pg_autoctl check failover --pgdata monitor
      """)

  @OptionGroup var access: MonitorOptions
  @OptionGroup var place: GroupOptions
  @Option(
    name: [.customShort("a"), .long],
    help: "Show the decisions about this node. Default: the primary.")
  var name: String?
  @Option(help: "What happens to it.") var happening = Happening.lost
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> FailoverCheck {
    let monitor = try access.client(in: context)
    let node = try access.node(in: context)
    let formation = place.formation(or: node)
    let group = place.group(or: node)
    do {
      return try await check(formation, group, monitor)
    } catch {
      return .unknown(CommandError(error))
    }
  }

  private func check(
    _ formation: String, _ group: Int, _ monitor: any OperatorMonitor
  ) async throws -> FailoverCheck {
    let nodes = try await monitor.currentState(formation: formation, groupID: group)
    if nodes.isEmpty { try await monitor.requireFormation(formation) }
    let outlook = try await monitor.failoverOutlook(formation: formation, groupID: group)
    var result = FailoverCheck(nodes: nodes, outlook: outlook)
    let subject = name ?? nodes.first(where: \.goal.takesWrites)?.name
    if let subject {
      result.happening = happening
      result.subject = subject
      result.steps = try await monitor.whatIf(
        happening, to: subject, formation: formation, groupID: group)
    }
    result.waits = try await monitor.electionWaitIfKnown(formation: formation, groupID: group)
    return result
  }
}
