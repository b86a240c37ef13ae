internal import Failover
internal import Keeper

/// Fencing: a primary that hears neither the monitor nor any other server of its group stops within its
/// partition timeout. Only its keeper can see to that, so one that does not run all the while is excused; and
/// so is a node that may acknowledge alone, in whose place nobody is promoted.
struct IsolatedPrimariesStop {
  /// Beyond the timeout: the look that finds it, a state file on a slow disk, a stop that is made immediate, a
  /// clock that is too slow.
  private static let allowance: Duration = .seconds(10)

  /// Since when each host has been alone with a server that takes writes.
  private var aloneSince: [Int: Duration] = [:]

  mutating func look(at host: Host) -> String? {
    let world = host.world
    let isAlone = world.places.allSatisfy {
      $0 == host.place || !world.network.connects($0, host.place)
    }
    guard isAlone, host.isKeeperRunning, !host.isSuspended, host.server.takesWrites,
      let state = host.state?.current, [.primary, .applySettings, .joinPrimary].contains(state)
    else {
      aloneSince[host.number] = nil
      return nil
    }
    let since = aloneSince[host.number] ?? world.clock.now
    aloneSince[host.number] = since
    guard world.clock.now - since > world.keeperSettings.partitionTimeout + Self.allowance else {
      return nil
    }
    return "fencing: \(host.name) has heard nobody for \(world.clock.now - since), and takes writes"
  }
}
