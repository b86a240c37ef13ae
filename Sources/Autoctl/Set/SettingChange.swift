internal import Failover
internal import MonitorClient
internal import PostgresClient

/// The change of a setting that a primary applies: the request, and the wait until it is in force.
struct SettingChange: Sendable {
  let monitor: any OperatorMonitor
  let formation: String
  let group: Int
  let context: CommandContext

  /// Asks for the change, and returns when the primary has applied it. A primary takes one change at a
  /// time: an earlier one is waited for, and so is one that is refused because the primary is on its way from one
  /// state to another. A group without a primary has nobody who could apply anything now: the next one does.
  func perform(
    atMost limit: Duration, _ request: () async throws(MonitorError) -> Void
  ) async throws {
    let follower = GroupFollower(
      monitor, formation: formation, group: group, context: context, isQuiet: true)
    _ = try await follower.begin()
    try await ask(atMost: limit, follower, request)
    if limit == .zero { return }
    guard try await follower.wait(atMost: limit, until: Self.isApplied) != nil else {
      throw CommandError(
        .monitor,
        "The primary did not apply the setting within \(limit.components.seconds) seconds.",
        hint: "The monitor keeps it, and it may still come: pg_autoctl show state --watch tells.")
    }
  }

  private func ask(
    atMost limit: Duration, _ follower: GroupFollower,
    _ request: () async throws(MonitorError) -> Void
  ) async throws {
    let watch = Stopwatch(context.clock)
    while true {
      _ = try await follower.wait(
        atMost: limit - watch.elapsed(), until: { !Self.isUnderWay($0) })
      do throws(MonitorError) {
        return try await request()
      } catch {
        guard error.code == .refused(sqlState: SQLState.objectNotInPrerequisiteState),
          watch.elapsed() < limit,
          !Self.isApplied(try await monitor.currentState(formation: formation, groupID: group))
        else { throw error }
        _ = try await follower.wait(atMost: limit - watch.elapsed(), until: Self.isApplied)
      }
    }
  }

  /// Does a primary apply a change now?
  static func isUnderWay(_ nodes: [StateRow]) -> Bool {
    nodes.contains { $0.goal == .applySettings || $0.reported == .applySettings }
  }

  /// Does every primary stand where nothing is on its way any more?
  static func isApplied(_ nodes: [StateRow]) -> Bool {
    nodes.allSatisfy { node in
      guard node.goal.takesWrites else { return true }
      return node.isSettled && node.goal != .applySettings
    }
  }
}
