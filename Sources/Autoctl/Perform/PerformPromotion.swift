internal import ArgumentParser
internal import Configuration
internal import Logging
internal import MonitorClient

/// `perform promotion`: this very node becomes the primary of its group.
struct PerformPromotion: Command {
  static let configuration = CommandConfiguration(
    commandName: "promotion", abstract: "Make a certain node the primary.",
    discussion: """
      The node takes over whatever its candidate priority is, as long as it is a standby that streams.

      Example: pg_autoctl perform promotion --name node_3 --pgdata monitor
      """)

  @OptionGroup var access: MonitorOptions
  @Option(
    name: [.customShort("f"), .long], help: "The formation. Default: the node's, or default.")
  var formation: String?
  @Option(name: [.customShort("a"), .long], help: "The node. Default: the one of --pgdata.")
  var name: String?
  @OptionGroup var wait: WaitOption
  @OptionGroup(title: "POOLERS") var poolers: PoolerOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws { try poolers.requireWait(wait) }

  func run(in context: CommandContext) async throws -> TakeoverAnswer {
    let monitor = try access.client(in: context)
    let node = try access.node(in: context)
    let formation = formation ?? node?.formation ?? "default"
    guard let name = name ?? node?.name, !name.isEmpty else {
      throw CommandError(
        .badArguments, "Nobody said which node is to be promoted.",
        hint: "Name it with --name; pg_autoctl show state lists the names.")
    }
    let wanted = try await monitor.node(named: name, formation: formation)
    let follower = GroupFollower(
      monitor, formation: formation, group: wanted.groupID, context: context)
    let refusal = Refusal(monitor: monitor, formation: formation, group: wanted.groupID)
    let takeover = Takeover(
      follower: follower, limit: wait.limit, chosen: wanted,
      pause: poolers.pause(atMost: wait.limit, in: context))
    return try await takeover.perform {
      let isGranted = try await refusal.explaining("requested_failover", in: context) {
        () async throws(MonitorError) in
        try await monitor.performPromotion(formation: formation, nodeName: name)
      }
      if !isGranted { context.logger.info("\(name) is the primary already") }
      return isGranted
    }
  }
}
