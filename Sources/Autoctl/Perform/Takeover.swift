internal import Failover
internal import Logging
internal import MonitorClient

/// What a failover, a switchover and a promotion have in common: another node becomes the primary.
struct Takeover: Sendable {
  let follower: GroupFollower
  let limit: Duration

  /// The nodes before, the request, and the wait for its end.
  ///
  /// Ends twice: when the new primary takes writes, which is what applications wait for, and when a
  /// standby confirms its commits again, which is what the operator waits for.
  func perform(
    _ request: (_ before: [StateRow]) async throws -> Bool
  ) async throws -> TakeoverAnswer {
    let context = follower.context
    let before = try await follower.begin()
    let old = before.first { $0.reported.takesWrites }?.nodeID
    let watch = Stopwatch(context.clock)
    guard try await request(before) else {
      return TakeoverAnswer(primary: before.first { $0.nodeID == old }, writable: nil, whole: nil)
    }
    if limit == .zero { return TakeoverAnswer(primary: nil, writable: nil, whole: nil) }
    let isTaken = { (nodes: [StateRow]) in nodes.contains { Self.leads($0, insteadOf: old) } }
    guard let taken = try await follower.wait(atMost: limit, until: isTaken),
      let leader = taken.first(where: { Self.leads($0, insteadOf: old) })
    else {
      throw CommandError(
        .monitor, "No other node took over within \(limit.components.seconds) seconds.",
        hint: "It may still come; watch it with: pg_autoctl show state --watch.")
    }
    let writable = watch.elapsed()
    context.logger.info(
      "\(leader.name) takes writes, \(writable.inSeconds) after the request")
    return try await waitForStandby(of: leader, writable: writable, watch)
  }

  private func waitForStandby(
    of leader: StateRow, writable: Duration, _ watch: Stopwatch
  ) async throws -> TakeoverAnswer {
    let context = follower.context
    let rest = limit - watch.elapsed()
    let nodes = try await follower.wait(atMost: rest) { nodes in
      let leads = nodes.contains { $0.nodeID == leader.nodeID && $0.reported == .primary }
      return leads || !nodes.contains { $0.nodeID != leader.nodeID && Self.mayFollow($0) }
    }
    let now = nodes?.first { $0.nodeID == leader.nodeID }
    guard now?.reported == .primary else {
      context.logger.warning(
        "\(leader.name) has no standby yet that confirms its commits: it goes on alone")
      return TakeoverAnswer(primary: now ?? leader, writable: writable, whole: nil)
    }
    return TakeoverAnswer(primary: now, writable: writable, whole: watch.elapsed())
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

/// Who is primary now, and how long it took.
struct TakeoverAnswer: Displayable, Equatable {
  /// `nil` when nobody waited for it.
  var primary: StateRow?
  /// The time until the new primary took writes.
  var writable: Duration?
  /// The time until a standby confirmed its commits again.
  var whole: Duration?

  var text: String { "" }

  var json: JSONValue {
    .object([
      .init("primary", .optional(primary?.name)),
      .init("node_id", primary.map { .integer($0.nodeID) } ?? .null),
      .init("writable_after_ms", Self.milliseconds(writable)),
      .init("primary_after_ms", Self.milliseconds(whole)),
    ])
  }

  private static func milliseconds(_ duration: Duration?) -> JSONValue {
    duration.map { .integer($0.inMilliseconds) } ?? .null
  }
}

extension Duration {
  var inMilliseconds: Int64 {
    components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
  }

  /// For people: `1.8 s`.
  var inSeconds: String {
    let tenths = (inMilliseconds + 50) / 100
    return "\(tenths / 10).\(tenths % 10) s"
  }
}
