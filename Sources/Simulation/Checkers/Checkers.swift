internal import Failover

/// Those who watch over the promises, told of everything that matters at the moment it happens.
final class Checkers {
  private unowned let world: World
  private var oneWriter = OneWriter()
  private(set) var nothingIsLost = NothingAcknowledgedIsLost()
  private var isolatedStop = IsolatedPrimariesStop()
  private let onlyTheMonitor = OnlyTheMonitorRelaxes()

  init(world: World) {
    self.world = world
  }

  /// A client was told that its commit is done.
  func acknowledged(_ commit: Int, by server: SimulatedServer) {
    if let finding = oneWriter.acknowledged(commit, by: server) { world.broken(finding) }
    nothingIsLost.acknowledged(commit, by: server)
  }

  /// A standby takes writes from now on.
  func promoted(_ server: SimulatedServer) {
    if let finding = onlyTheMonitor.promoted(server) { world.broken(finding) }
    if let finding = nothingIsLost.look(at: server, "was promoted") { world.broken(finding) }
  }

  func startedAsPrimary(_ server: SimulatedServer) {
    if let finding = onlyTheMonitor.startedAsPrimary(server) { world.broken(finding) }
  }

  func namesChanged(
    _ server: SimulatedServer, from: SynchronousStandbyNames, to: SynchronousStandbyNames
  ) {
    if let finding = onlyTheMonitor.namesChanged(server, from: from, to: to) {
      world.broken(finding)
    }
  }

  /// Every now and then: does a primary that can hear nobody go on?
  func look(atIsolationOf host: Host) {
    if let finding = isolatedStop.look(at: host) { world.broken(finding) }
  }

  /// A new cluster: of an earlier one nothing is asked for.
  func beginAnew() {
    nothingIsLost.beginAnew()
    oneWriter = OneWriter()
  }

  /// An operator took a node out by force, and with it what only that node had.
  func excuse(_ server: SimulatedServer) { nothingIsLost.excuse(server) }
}
