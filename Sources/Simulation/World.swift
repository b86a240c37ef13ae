internal import Failover
internal import Keeper
internal import MonitorClient

/// Everything there is on a simulated day: hosts, network, monitor, clients, and those who watch over
/// the promises.
final class World: @unchecked Sendable {
  let clock = VirtualClock()
  let story: Story
  let network: Network
  var dice: Dice
  /// How all keepers keep.
  let keeperSettings: KeeperSettings
  /// Whether silence, and a server that was stopped, are noted at their moment, as on real hosts, and not in the next round.
  let isPrompt: Bool
  private(set) var hosts: [Host] = []
  private(set) var monitor: MonitorMachine!
  private(set) var checkers: Checkers!
  /// What was found, at most one finding a day: the first.
  private(set) var finding: String?
  /// Until when reports may be held up on their way.
  var lateUntil: Duration = .zero
  /// Whether a checkpointer may be too busy for seconds to read new settings.
  var checkpointsTakeLong = false
  /// How many of a hundred new assignments are followed by a fault of the host that has got it.
  var ambushPercent = 0
  /// Whether an operator has dropped a node by force.
  var wasDroppedByForce = false
  /// Whether clients write now.
  var clientsWrite = true
  /// When faults are to be over.
  var ends: [Appointment] = []
  private var commits = 0
  private var connections = 0

  init(
    dice: Dice, laboratory: Laboratory, isTold: Bool, hosts count: Int,
    keeperSettings: KeeperSettings = KeeperSettings(), isPrompt: Bool = true
  ) {
    self.dice = dice
    self.keeperSettings = keeperSettings
    self.isPrompt = isPrompt
    story = Story(isTold: isTold)
    network = Network(clock: clock, dice: self.dice.fork())
    checkers = Checkers(world: self)
    hosts = (1...count).map { Host(number: $0 - 1, world: self) }
    monitor = MonitorMachine(world: self, laboratory: laboratory)
    for host in hosts { write(on: host) }
    beat()
  }

  /// Once a second the monitor's health worker looks, and the checker of isolated primaries.
  private func beat() {
    clock.after(.seconds(1)) { [self] in
      monitor.beat()
      for host in hosts {
        checkers.look(atIsolationOf: host)
        noteAsynchrony(of: host)
      }
      beat()
    }
  }

  func tell(_ host: Host, _ what: @autoclosure () -> String) {
    story.tell(clock.now, host.name, what())
  }

  func tell(_ who: String, _ what: @autoclosure () -> String) {
    story.tell(clock.now, who, what())
  }

  /// A promise is broken. The day ends here.
  func broken(_ what: String) {
    guard finding == nil else { return }
    finding = what
    tell("checker", what)
  }

  func nextCommit() -> Int {
    commits += 1
    return commits
  }

  func nextConnection() -> Int {
    connections += 1
    return connections
  }

  func host(at address: String) -> Host {
    hosts.first { $0.address == address } ?? hosts[0]
  }

  /// Does no node but this one take part in the replication quorum?
  func isAsynchronous(besides host: Host) -> Bool {
    !members.contains { $0.number != host.number && $0.isInQuorum && !$0.isLeaving }
  }

  private func noteAsynchrony(of host: Host) {
    if !host.server.isAlive || host.server.isInRecovery || host.server.names.count > 0 {
      host.isStillAsynchronous = false
    } else if isAsynchronous(besides: host), members.count > 1 {
      host.isStillAsynchronous = true
    }
  }

  /// The hosts whose nodes are registered.
  var members: [Host] { hosts.filter { $0.nodeID != nil } }

  /// The host whose server takes writes since the last promotion.
  var primary: Host? {
    hosts.filter { $0.server.takesWrites }.max { $0.server.writesSince < $1.server.writesSince }
  }

  /// How much longer a request takes now.
  func lateness() -> Duration {
    guard clock.now < lateUntil, dice.percent(30) else { return .zero }
    return dice.oneIn(4)
      ? dice.duration(.seconds(8)...(.seconds(25)))
      : dice.duration(.milliseconds(50)...(.seconds(8)))
  }

  /// Goes on until a condition holds or the time is over; says whether it holds.
  @discardableResult
  func goOn(for length: Duration, until isEnough: () -> Bool = { false }) -> Bool {
    let end = clock.now + length
    var lookedAt = clock.now
    while finding == nil {
      guard clock.keepNext(before: end) else { return isEnough() }
      Stage.settle()
      if clock.now - lookedAt >= .milliseconds(500) {
        lookedAt = clock.now
        if isEnough() { return true }
      }
    }
    return false
  }

  /// Clients on this host write all the time, as soon as its server lets them.
  private func write(on host: Host) {
    clock.after(dice.duration(.milliseconds(40)...(.milliseconds(250)))) { [self] in
      if clientsWrite { host.server.commit() }
      write(on: host)
    }
  }

  /// An operator creates a node on this host: registers it, and starts its keeper.
  func create(_ host: Host) {
    tell(host, "an operator creates the node")
    let life = host.beginsCreation()
    let monitor = SQLMonitor(through: MonitorLink(host: host, life: life))
    Task.detached { [self] in
      while !life.isOver {
        do throws(MonitorError) {
          let answer = try await monitor.register(
            Registration(
              formation: "default", host: host.address, port: 5432, database: "app",
              name: host.name, candidatePriority: host.priority,
              replicationQuorum: host.isInQuorum))
          return await host.registered(as: answer.assignment, by: life)
        } catch {
          if life.isOver { return }
          tell(host, "the node is not created: \(error)")
          if error.code == .refused(sqlState: "23505") {
            // The answer to an earlier attempt was lost.
            try? await monitor.removeNode(host: host.address, port: 5432, force: true)
          }
          try? await SteadyWait.pause(.seconds(2), clock, life)
        }
      }
    }
  }

  /// A keeper has ended because its node is gone from the group.
  func left(_ host: Host) {
    tell(host, "the node has left the group")
    host.nodeID = nil
  }

  /// The day is over: every task ends.
  func close() {
    for host in hosts { host.endProcesses() }
    monitor.release()
    Stage.settle()
    clock.forgetAll()
  }
}

/// A pause on the virtual clock.
enum SteadyWait {
  static func pause(_ length: Duration, _ clock: VirtualClock, _ life: Life) async throws {
    try await HostClock(clock: clock, life: life, pace: 1_000_000).sleep(for: length)
  }
}
