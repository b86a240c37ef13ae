internal import Failover
internal import MonitorClient
internal import PostgresClient

/// Follows a group while something happens to it that an operator has asked for: prints each change,
/// and ends when what was promised has come.
///
/// It listens before anything is asked for, so that no change is missed; a notification only makes it
/// look again.
struct GroupFollower: Sendable {
  let monitor: any OperatorMonitor
  let formation: String
  let group: Int
  let context: CommandContext
  private let page: ChangePage

  /// A follower that is quiet prints no changes: its command has something else to show.
  init(
    _ monitor: any OperatorMonitor, formation: String, group: Int, context: CommandContext,
    isQuiet: Bool = false
  ) {
    self.monitor = monitor
    self.formation = formation
    self.group = group
    self.context = context
    page = ChangePage(context, isQuiet: isQuiet)
  }

  /// Starts to listen, and answers with the nodes as they are before.
  func begin() async throws -> [StateRow] {
    try await monitor.connect()
    let nodes = try await monitor.currentState(formation: formation, groupID: group)
    if nodes.isEmpty { try await monitor.requireFormation(formation) }
    page.note(nodes)
    return nodes
  }

  /// Looks again and again until the condition holds; answers with the nodes that fulfil it, or with
  /// `nil` when the time is over. The monitor may be away for a while.
  func wait(
    atMost limit: Duration, until isReached: ([StateRow]) -> Bool
  ) async throws -> [StateRow]? {
    let watch = Stopwatch(context.clock)
    while true {
      do throws(MonitorError) {
        let nodes = try await monitor.currentState(formation: formation, groupID: group)
        if isReached(nodes) {
          try await showRest()
          page.show(nodes)
          return nodes
        }
        let rest = limit - watch.elapsed()
        if rest <= .zero { return nil }
        if let heard = try await monitor.waitForNotification(atMost: min(rest, .seconds(1))) {
          show(heard)
        } else {
          // Nothing is on its way any more, so what we saw is not ahead of what was announced.
          page.show(nodes)
        }
      } catch {
        guard error.code == .unreachable, watch.elapsed() < limit else { throw error }
        try await context.clock.sleep(for: .seconds(1))
      }
    }
  }

  /// Prints what was announced and not yet taken.
  private func showRest() async throws(MonitorError) {
    while let heard = try await monitor.waitForNotification(atMost: .zero) { show(heard) }
  }

  private func show(_ notification: MonitorNotification) {
    guard case .state(let change) = notification, change.formation == formation,
      change.groupID == group
    else { return }
    page.show(change)
  }
}
