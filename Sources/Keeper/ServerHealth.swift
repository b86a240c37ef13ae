internal import Failover

/// Is the server lost, or only being restarted? What the monitor is told of it.
///
/// A crashed server is restarted in place, and a restart that succeeds soon is quicker than any
/// failover; so for a short, bounded time the answer is "not known to be lost" (`nil`).
struct ServerHealth: Sendable {
  private var awaySince: Duration?
  private var hungSince: Duration?
  private var runningSince: Duration?
  private var failures = 0

  /// A look at the server.
  mutating func note(_ process: Observation.Process, now: Duration, settings: KeeperSettings) {
    switch process {
    case .running:
      awaySince = nil
      hungSince = nil
      runningSince = runningSince ?? now
      if isSettled(now: now, settings: settings) { failures = 0 }
    case .unresponsive:
      runningSince = nil
      hungSince = hungSince ?? now
    case .absent, .stopped, .starting:
      // It came back and went away again: that restart was no success.
      if let runningSince {
        failures = now - runningSince < settings.restartLimit ? failures + 1 : 0
      }
      runningSince = nil
      hungSince = nil
      awaySince = awaySince ?? now
    }
  }

  /// A restart in place has failed.
  mutating func restartFailed() { failures += 1 }

  /// Has it run for so long that an earlier crash no longer counts?
  func isSettled(now: Duration, settings: KeeperSettings) -> Bool {
    runningSince.map { now - $0 >= settings.restartLimit } ?? false
  }

  /// What to report of a server that should run in this role.
  func isRunning(
    as role: ServerRole, seeing server: Observation, now: Duration, settings: KeeperSettings
  ) -> Bool? {
    guard role.isRunning else { return server.isRunning }
    switch server.process {
    case .running:
      // A primary in recovery, or a standby out of it, is not the server that is wanted.
      return server.isInRecovery.map { $0 == (role != .primary) } ?? true
    case .absent: return false
    case .unresponsive:
      return now - (hungSince ?? now) <= settings.hungLimit ? nil : false
    case .stopped, .starting:
      let isWithinLimits =
        now - (awaySince ?? now) <= settings.restartLimit && failures < settings.restartAttempts
      return isWithinLimits ? nil : false
    }
  }
}
