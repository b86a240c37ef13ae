internal import Failover
internal import Logging
internal import MonitorClient

// A stop in order: a primary gives its role away before its server stops.
extension KeeperService {
  /// Ends the keeper and its server in order: another node takes over from a primary first, if one can.
  /// That is waited for at most `KeeperSettings.handOverLimit`. `requestStop` ends the wait.
  public func handOverAndStop() async {
    guard end == nil, handingOverUntil == nil else { return }
    guard isPrimaryOfSeveral else { return requestStop() }
    handingOverUntil = clock.now() + settings.handOverLimit
    do {
      guard try await monitor.handOver(nodeID: state.nodeID) else { return requestStop() }
    } catch {
      logger.warning("Nobody takes over before the server stops. The monitor: \(error)")
      return requestStop()
    }
    logger.info("Another node takes over before the server stops.")
    wake.signal()
  }

  private var isPrimaryOfSeveral: Bool {
    state.current.takesWrites && goal.takesWrites && state.current != .single && seen.isRunning
      && isMonitorAnswering && !isHalted
  }

  /// Ends the keeper when the monitor knows that this server has stopped and has chosen another
  /// primary, or has given that up.
  func endHandingOver(having reported: NodeState) {
    guard handingOverUntil != nil, reported.server == .stopped else { return }
    if goal.takesWrites {
      logger.warning("Nobody has taken over: the server stays stopped all the same.")
      requestStop()
    } else if reported == .demoted {
      requestStop()
    }
  }

  /// Ends the keeper when it has waited long enough for another primary.
  func endHandingOverInTime() {
    guard end == nil, let moment = handingOverUntil, clock.now() >= moment else { return }
    logger.warning(
      """
      Nobody has taken over within \(settings.handOverLimit.inSeconds): the server stops all the same.
      """)
    requestStop()
  }
}
