internal import ArgumentParser
internal import Logging
internal import MonitorClient

/// `perform failover`: another node of the group becomes its primary.
struct PerformFailover: Command {
  static let configuration = CommandConfiguration(
    commandName: "failover", abstract: "Hand the primary's role to a standby.",
    discussion: """
      When the primary is lost for good and nobody may take over without losing acknowledged commits, \
      --allow-data-loss promotes the standby that has most. It tells first what may be lost, and asks. \
      The monitor refuses it while a failover without loss is possible, or the old primary lives.

      Example: pg_autoctl perform failover --formation default --pgdata monitor
      """)

  @OptionGroup var request: TakeoverRequest
  @Flag(
    name: [.customShort("A"), .long],
    help: "Promote a standby although acknowledged commits may be lost.")
  var allowDataLoss = false
  @Flag(name: [.customShort("y"), .long], help: "Do not ask before commits may be lost.")
  var yes = false
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if yes, !allowDataLoss { throw ValidationError("--yes needs --allow-data-loss beside it.") }
  }

  func run(in context: CommandContext) async throws -> TakeoverAnswer {
    try await allowDataLoss
      ? request.performWithLoss(isConfirmed: yes, in: context) : request.perform(in: context)
  }
}

/// `perform switchover`: the same, by the name that people use while the primary is well.
struct PerformSwitchover: Command {
  static let configuration = CommandConfiguration(
    commandName: "switchover", abstract: "Hand the primary's role to the best standby.",
    discussion: """
      The standby with the highest candidate priority takes over. perform promotion chooses another.

      Example: pg_autoctl perform switchover --pgdata monitor
      """)

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
  @OptionGroup(title: "POOLERS") var poolers: PoolerOptions

  func validate() throws { try poolers.requireWait(wait) }

  func perform(in context: CommandContext) async throws -> TakeoverAnswer {
    let takeover = try takeover(in: context)
    let follower = takeover.follower
    let refusal = Refusal(
      monitor: follower.monitor, formation: follower.formation, group: follower.group)
    return try await takeover.perform {
      try await refusal.explaining("requested_failover", in: context) {
        () async throws(MonitorError) in
        try await follower.monitor.performFailover(
          formation: follower.formation, groupID: follower.group)
      }
      return true
    }
  }

  /// The same where commits may be lost: a person decides it, and is named in the event.
  func performWithLoss(
    isConfirmed: Bool, in context: CommandContext
  ) async throws -> TakeoverAnswer {
    let takeover = try takeover(in: context)
    let follower = takeover.follower
    let loss = try await follower.monitor.whatMayBeLost(
      formation: follower.formation, groupID: follower.group)
    context.output.note(Program.sentence(loss) + "\n")
    if !isConfirmed { try DataLoss.requireConsent(naming: follower.formation, in: context) }
    return try await takeover.perform {
      let lost = try await follower.monitor.forceFailover(
        formation: follower.formation, groupID: follower.group,
        decidedBy: "\(context.userName)@\(context.hostName)")
      context.logger.warning("\(lost)")
      return true
    }
  }

  private func takeover(in context: CommandContext) throws -> Takeover {
    let node = try access.node(in: context)
    let follower = GroupFollower(
      try access.client(in: context), formation: place.formation(or: node),
      group: place.group(or: node), context: context)
    return Takeover(
      follower: follower, limit: wait.limit,
      pause: poolers.pause(atMost: wait.limit, in: context))
  }
}
