internal import PostgresClient

extension SQLMonitor {
  /// Waits for a change of this group; `true` when there may be one, `false` when the time is over or
  /// the task cancelled. Throws at once when the monitor cannot be reached: pause before trying again.
  public func waitForChange(
    formation: String, groupID: Int, atMost limit: Duration
  ) async throws(MonitorError) -> Bool {
    let end = ContinuousClock.now + limit
    guard await isListening else {
      // What was announced while nobody listened is unknown, so look.
      try await connect()
      return true
    }
    while true {
      let rest = max(end - ContinuousClock.now, .zero)
      guard let heard = try await notification(atMost: rest) else { return false }
      guard heard.channel == "state" else { continue }
      // What cannot be read may concern this group too; being woken in vain does no harm.
      guard let change = NodeChange(payload: heard.payload) else { return true }
      if change.formation == formation, change.groupID == groupID { return true }
    }
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
