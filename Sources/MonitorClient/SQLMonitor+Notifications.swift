internal import PostgresClient

extension SQLMonitor {
  /// Waits for a change in the group of this node; `true` when there may be one, `false` when the time is
  /// over or the task cancelled. Throws at once when the monitor cannot be reached: pause before trying again.
  ///
  /// The channel is the node's own, so that a monitor of many nodes wakes those that are concerned alone.
  public func waitForChange(
    of nodeID: Int64, atMost limit: Duration
  ) async throws(MonitorError) -> Bool {
    let end = ContinuousClock.now + limit
    let channel = "node_\(nodeID)"
    guard try await listen(to: channel) else {
      // What was announced while nobody listened is unknown, so look.
      return true
    }
    while let heard = try await notification(atMost: max(end - ContinuousClock.now, .zero)) {
      if heard.channel == channel { return true }
    }
    return false
  }

  /// Waits for whatever the monitor says next, about any formation, in order; `nil` when the time is
  /// over or the task cancelled. What was said since the connection was opened is not missed; a
  /// connection that is lost is an error, and the next call opens a new one.
  public func waitForNotification(
    atMost limit: Duration
  ) async throws(MonitorError) -> MonitorNotification? {
    let end = ContinuousClock.now + limit
    while let heard = try await notification(atMost: max(end - ContinuousClock.now, .zero)) {
      if let notification = MonitorNotification(channel: heard.channel, payload: heard.payload) {
        return notification
      }
    }
    return nil
  }
}
