internal import ArgumentParser
internal import MonitorClient

/// `perform failover`: another node of the group becomes its primary.
struct PerformFailover: Command {
  static let configuration = CommandConfiguration(
    commandName: "failover", abstract: "Hand the primary's role to a standby.")

  @OptionGroup var request: TakeoverRequest
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> TakeoverAnswer {
    try await request.perform(in: context)
  }
}

/// `perform switchover`: the same, by the name that people use while the primary is well.
struct PerformSwitchover: Command {
  static let configuration = CommandConfiguration(
    commandName: "switchover", abstract: "Hand the primary's role to a standby.")

  @OptionGroup var request: TakeoverRequest
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> TakeoverAnswer {
    try await request.perform(in: context)
  }
}

/// The options of both, and what they do.
struct TakeoverRequest: ParsableArguments {
  @OptionGroup var access: MonitorOptions
  @OptionGroup var place: GroupOptions
  @OptionGroup var wait: WaitOption

  func perform(in context: CommandContext) async throws -> TakeoverAnswer {
    let monitor = try access.client(in: context)
    let node = try access.node(in: context)
    let formation = place.formation(or: node)
    let group = place.group(or: node)
    let follower = GroupFollower(monitor, formation: formation, group: group, context: context)
    let refusal = Refusal(monitor: monitor, formation: formation, group: group)
    return try await Takeover(follower: follower, limit: wait.limit).perform { _ in
      try await refusal.explaining("requested_failover", in: context) {
        () async throws(MonitorError) in
        try await monitor.performFailover(formation: formation, groupID: group)
      }
      return true
    }
  }
}
