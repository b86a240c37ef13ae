import Failover

/// A server made of values: what each step does to what a keeper sees.
struct ModelServer {
  var seen: Observation
  /// The names that the monitor would give.
  var monitorNames = "ANY 1 (pgautofailover_standby_2)"

  /// Performs a step; steps that need a running server refuse when it does not run.
  mutating func perform(_ step: Step) -> Bool {
    switch step {
    case .createCluster:
      if seen.process == .absent { seen.process = .stopped }
    case .configureServer: break
    case .startServer(let role):
      guard seen.process != .absent else { return false }
      if seen.process == .stopped || seen.process == .starting {
        seen.process = .running
        seen.isInRecovery = role != .primary
      }
    case .createRoles, .maintainSlots, .checkpoint, .confirmStandbyNames: return seen.isRunning
    case .stopServer:
      if seen.process != .absent { seen.process = .stopped }
      seen.isInRecovery = nil
    case .runAlone: seen.standbyNames = ""
    case .applyStandbyNames: seen.standbyNames = monitorNames
    case .keepStandbyNames(let names): seen.standbyNames = names
    case .cloneFromPrimary: seen.process = .stopped
    case .rejoinPrimary:
      seen.process = .running
      seen.isInRecovery = true
    case .followPrimary, .fetchMissing, .detach: return seen.isRunning && seen.isInRecovery == true
    case .promote:
      guard seen.isRunning else { return false }
      seen.isInRecovery = false
    }
    return true
  }
}

extension Observation {
  /// What a keeper may see of a server that has a directory, whatever its state demands.
  static var everyServer: [Observation] {
    var all = [Observation(process: .stopped), Observation(process: .starting)]
    all.append(Observation(process: .unresponsive))
    for isInRecovery in [true, false] {
      for names in ["", "ANY 1 (pgautofailover_standby_2)", "ANY 1 (pgautofailover_standby_3)"] {
        all.append(
          Observation(process: .running, isInRecovery: isInRecovery, standbyNames: names))
      }
    }
    return all
  }
}
