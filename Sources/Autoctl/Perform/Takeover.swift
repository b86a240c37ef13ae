internal import Failover
internal import Logging
internal import MonitorClient
internal import Synchronization

/// What a failover, a switchover and a promotion have in common: another node becomes the primary.
struct Takeover: Sendable {
  let follower: GroupFollower
  let limit: Duration
  /// The node that is to lead; `nil` leaves it to the election.
  var chosen: StateRow?
  /// How clients are held back meanwhile, if they are.
  var pause: ClientPause?

  /// The nodes before, the request, and the wait for its end. A request that answers false had nothing
  /// to do.
  ///
  /// Ends twice: when the new primary takes writes, which is what applications wait for, and when a
  /// standby confirms its commits again, which is what the operator waits for.
  func perform(
    _ request: @escaping @Sendable () async throws -> Bool
  ) async throws -> TakeoverAnswer {
    let before = try await follower.begin()
    let old = before.first { $0.reported.takesWrites }
    // Nobody waits for those that were lost before: they need not come back.
    let lost = Set(before.filter { $0.health == .bad }.map(\.nodeID))
    guard let pause else {
      return try await end(of: try await handOver(from: old, request), without: lost)
    }
    // Clients are let go on also when a person interrupts it.
    let answer = Mutex<TakeoverAnswer?>(nil)
    try await follower.context.untilInterrupted {
      do {
        let handover = try await pause.hold(before: old, leader: { await primaryNow() }) {
          let handover = try await handOver(from: old, request)
          guard let primary = handover.primary else { throw nobody }
          return (primary, handover)
        }
        let reached = try await end(of: handover, without: lost)
        answer.withLock { $0 = reached }
      } catch  where Task.isCancelled {
        // What was cut short is told below.
      }
    }
    guard let answer = answer.withLock(\.self) else {
      throw CommandError(
        .monitor, "It was interrupted; clients were let go on.",
        hint: "See what came of it with: pg_autoctl show state.")
    }
    return answer
  }

  /// What became of a request.
  private enum Handover: Sendable {
    /// There was nothing to do, or nobody waits for what is to come.
    case over(TakeoverAnswer)
    /// Another node takes writes.
    case taken(by: StateRow, writable: Duration, Stopwatch)

    var primary: StateRow? {
      switch self {
      case .over(let answer): answer.primary
      case .taken(let leader, _, _): leader
      }
    }
  }

  /// Asks, and waits until another node takes writes.
  private func handOver(
    from old: StateRow?, _ request: () async throws -> Bool
  ) async throws -> Handover {
    let context = follower.context
    let watch = Stopwatch(context.clock)
    guard try await request() else {
      return .over(TakeoverAnswer(primary: old, writable: nil, whole: nil))
    }
    if limit == .zero { return .over(TakeoverAnswer(primary: nil, writable: nil, whole: nil)) }
    let isTaken = { (nodes: [StateRow]) in
      nodes.contains { Self.leads($0, insteadOf: old?.nodeID) }
    }
    guard let taken = try await follower.wait(atMost: limit, until: isTaken),
      let leader = taken.first(where: { Self.leads($0, insteadOf: old?.nodeID) })
    else { throw nobody }
    let writable = watch.elapsed()
    context.logger.info(
      "\(leader.name) takes writes, \(writable.inSeconds) after the request")
    return .taken(by: leader, writable: writable, watch)
  }

  private func end(of handover: Handover, without lost: Set<Int64>) async throws -> TakeoverAnswer {
    switch handover {
    case .over(let answer): return answer
    case .taken(let leader, let writable, let watch):
      if let chosen, chosen.nodeID != leader.nodeID {
        throw CommandError(
          .monitor, "The node \(leader.name) became the primary, and not \(chosen.name).",
          hint: "See why with: pg_autoctl show events.")
      }
      return try await waitForStandby(of: leader, without: lost, writable: writable, watch)
    }
  }

  private func waitForStandby(
    of leader: StateRow, without lost: Set<Int64>, writable: Duration, _ watch: Stopwatch
  ) async throws -> TakeoverAnswer {
    let context = follower.context
    let rest = limit - watch.elapsed()
    let nodes = try await follower.wait(atMost: rest) { nodes in
      let leads = nodes.contains { $0.nodeID == leader.nodeID && $0.reported == .primary }
      return leads
        || !nodes.contains {
          $0.nodeID != leader.nodeID && !lost.contains($0.nodeID) && Self.mayFollow($0)
        }
    }
    let now = nodes?.first { $0.nodeID == leader.nodeID }
    guard now?.reported == .primary else {
      let loneliness = try await loneliness(of: leader)
      context.logger.warning("\(loneliness)")
      return TakeoverAnswer(primary: now ?? leader, writable: writable, whole: nil)
    }
    return TakeoverAnswer(primary: now, writable: writable, whole: watch.elapsed())
  }

  /// What it means for clients that nobody confirms a new primary's commits.
  private func loneliness(of leader: StateRow) async throws -> String {
    let formation = follower.formation
    let number = try await follower.monitor.numberSyncStandbys(formation: formation) ?? 0
    let sentence = "\(leader.name) has no standby yet that confirms its commits"
    if number == 0 { return sentence + ": it goes on alone" }
    return sentence + ", and number_sync_standbys is \(number): commits wait for standbys. To let "
      + "it go on alone: pg_autoctl set formation number-sync-standbys 0 --formation \(formation)"
  }

  private func primaryNow() async -> StateRow? {
    let nodes = try? await follower.monitor.currentState(
      formation: follower.formation, groupID: follower.group)
    return nodes?.first { $0.reported.takesWrites && $0.goal.takesWrites }
  }

  private var nobody: CommandError {
    CommandError(
      .monitor,
      (chosen.map { "The node \($0.name) did not take" } ?? "No other node took")
        + " over within \(limit.components.seconds) seconds.",
      hint: "It may still come; watch it with: pg_autoctl show state --watch.")
  }

  private static func leads(_ node: StateRow, insteadOf old: Int64?) -> Bool {
    node.nodeID != old && (node.reported == .waitPrimary || node.reported == .primary)
  }

  /// Can a primary expect this node to become its standby by itself?
  private static func mayFollow(_ node: StateRow) -> Bool {
    switch node.goal {
    case .maintenance, .waitMaintenance, .prepareMaintenance, .dropped: false
    default: true
    }
  }
}
