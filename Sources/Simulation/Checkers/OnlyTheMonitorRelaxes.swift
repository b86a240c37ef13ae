internal import Failover
internal import Keeper
internal import MonitorClient

/// S3: a primary never leaves synchronous replication, and a standby is never promoted, without the
/// monitor's assignment.
struct OnlyTheMonitorRelaxes {
  func promoted(_ server: SimulatedServer) -> String? {
    guard let assigned = server.host.assigned?.goal, assigned.takesWrites else {
      return """
        S3: \(server.host.name) was promoted although it was assigned \
        \(server.host.assigned?.goal.rawValue ?? "nothing")
        """
    }
    return nil
  }

  func startedAsPrimary(_ server: SimulatedServer) -> String? {
    let state = server.host.state
    let may = [state?.current, state?.goal, server.host.assigned?.goal].contains {
      $0?.takesWrites == true
    }
    // After a restart of the host another one may be the primary: the monitor is asked first.
    let host = server.host
    let waited = host.world.clock.now - host.keeperStartedAt
    if host.isKeeperRunning, !host.hasWord, waited < KeeperSettings().startWait * 9 / 10 {
      return "S3: \(host.name) started as a primary without asking the monitor"
    }
    return may ? nil : "S3: \(server.host.name) started as a primary although its state forbids it"
  }

  func namesChanged(
    _ server: SimulatedServer, from: SynchronousStandbyNames, to: SynchronousStandbyNames
  ) -> String? {
    guard from.count > 0, to.count == 0 else { return nil }
    let host = server.host
    let mayBeAlone: Set<NodeState> = [.single, .waitPrimary]
    if let goal = host.assigned?.goal, mayBeAlone.contains(goal) { return nil }
    // The keeper may have missed the last assignment: it was killed before it noted it.
    if let state = host.state, mayBeAlone.contains(state.current) || mayBeAlone.contains(state.goal)
    {
      return nil
    }
    if host.namesAnswered == "" { return nil }
    return "S3: \(host.name) left synchronous replication without an assignment"
  }
}
