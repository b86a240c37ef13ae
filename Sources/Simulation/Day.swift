internal import Failover
public import Keeper
internal import PostgresClient

/// What kind of day it is to be.
public struct DayOptions: Sendable {
  /// How many nodes the group has; the seed chooses when there is none.
  public var nodes: Int?
  /// How long things go wrong.
  public var length: Duration = .seconds(45)
  /// How long the group may take to be well again when nothing is wrong any more.
  public var bound: Duration = .seconds(120)
  /// How all keepers keep, with what limits.
  public var keeperSettings = KeeperSettings()

  public init() {}
}

/// What became of a day.
public struct DayReport: Sendable {
  public var seed: UInt64
  /// What was found wrong; `nil` for a day on which all promises held.
  public var finding: String?
  /// The story, when it was to be told.
  public var story: [String]
  public var virtualSeconds: Double
  public var acknowledgedCommits: Int
  /// Whether the group was well long enough for a host to be lost at the end.
  public var endsWithALoss: Bool
}

/// One day: a group comes to be, many things go wrong, all is healed, and the group is well again.
struct Day {
  let seed: UInt64
  let options: DayOptions
  let world: World
  private var dice: Dice
  private var endsWithALoss = false

  init(seed: UInt64, options: DayOptions, laboratory: Laboratory, isTold: Bool) {
    self.seed = seed
    self.options = options
    var dice = Dice(seed: seed)
    let nodes = options.nodes ?? dice.pick([1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6, 7])
    world = World(
      dice: dice.fork(), laboratory: laboratory, isTold: isTold, hosts: nodes,
      keeperSettings: options.keeperSettings)
    self.dice = dice
  }

  mutating func run() -> DayReport {
    begin()
    if world.finding == nil { goWrong() }
    if world.finding == nil { heal() }
    if world.finding == nil, dice.oneIn(3) { loseOne() }
    let report = DayReport(
      seed: seed, finding: world.finding, story: world.story.lines,
      virtualSeconds: world.clock.now.inSeconds,
      acknowledgedCommits: world.checkers.nothingIsLost.count, endsWithALoss: endsWithALoss)
    world.close()
    return report
  }

  /// The nodes are created, the first before the others, and come to rest.
  private mutating func begin() {
    for host in world.hosts {
      if host.number > 0 {
        host.priority = dice.pick([50, 50, 50, 100, 10, 0])
        host.isInQuorum = dice.percent(72)
      }
      for other in world.places where other != host.place && dice.oneIn(3) {
        let delay = dice.duration(.milliseconds(5)...(.milliseconds(400)))
        world.network.slow(host.place, other, by: delay)
      }
      if dice.oneIn(3) { host.pace = 1_000_000 + dice.int(-20_000...20_000) }
    }
    setConfirmations(dice.pick([0, 0, 1, 1, 2, 3]))
    for host in world.hosts {
      world.create(host)
      if host.number == 0 {
        world.goOn(for: .seconds(30)) { host.state?.current == .single }
      } else {
        world.goOn(for: dice.duration(.zero...(.seconds(3))))
      }
    }
    let converges = Converges(world: world)
    if !world.goOn(for: options.bound, until: { converges.missing() == nil }) {
      world.broken("the group did not come to be: \(converges.missing() ?? "")")
    }
  }

  private func setConfirmations(_ number: Int) {
    let most = max(0, world.hosts.filter(\.isInQuorum).count - 1)
    _ = try? world.monitor.laboratory.session.query(
      "UPDATE pgautofailover.formation SET number_sync_standbys = $1::int",
      [String(min(number, most))])
  }

  /// Faults and commands at random moments, sometimes two at once.
  private mutating func goWrong() {
    world.tell("day", "the group is well; from now on things go wrong")
    var faults = FaultDice(dice: dice.fork(), hosts: world.hosts.count)
    let length = options.length
    var moment: Duration = .zero
    for _ in 1...dice.int(3...12) {
      // Often a second fault comes upon the first.
      moment =
        dice.percent(45)
        ? moment + dice.duration(.zero...(.seconds(5))) : dice.duration(.zero...length)
      world.clock.after(min(moment, length)) { [world] in
        let (fault, lasts) = faults.next(primary: world.primary)
        world.inflict(fault, for: lasts)
      }
    }
    world.checkpointsTakeLong = dice.oneIn(2)
    if dice.oneIn(3) { world.ambushPercent = dice.pick([5, 15, 30]) }
    if dice.oneIn(3) { world.inflict(.busyMonitor(dice.pick([10, 40, 80])), for: length) }
    if dice.oneIn(4) { world.inflict(.lateReports, for: length) }
    if dice.percent(60) {
      var person = Operator(world: world, dice: dice.fork())
      for _ in 1...dice.int(1...4) {
        world.clock.after(dice.duration(.zero...length)) { person.act() }
      }
    }
    world.goOn(for: length)
  }

  /// Everything is mended, maintenance ends, and nothing more goes wrong.
  private mutating func heal() {
    world.tell("day", "all is healed")
    world.healAll()
    let converges = Converges(world: world)
    let person = Operator(world: world, dice: Dice(seed: 0))
    let healedAt = world.clock.now
    var lookedAfter = healedAt
    let isWell = world.goOn(for: options.bound) { [world] in
      // Who is in maintenance, or has left, stays so until somebody ends it.
      if world.clock.now - lookedAfter >= .seconds(5) {
        lookedAfter = world.clock.now
        for host in world.hosts where host.state?.current == .maintenance {
          person.endMaintenance(of: host)
        }
        if world.wasDroppedByForce, world.clock.now - healedAt >= .seconds(20) {
          person.acceptLoss()
        }
      }
      return converges.missing() == nil
    }
    if !isWell { world.broken("it does not become well again: \(converges.missing() ?? "")") }
  }
}

extension Day {
  /// One host is lost while all others are well: clients can write again before it comes back, where
  /// enough standbys are left.
  private mutating func loseOne() {
    // What the monitor decides from reports that are older than the recovery is behind it.
    let converges = Converges(world: world)
    world.goOn(for: .seconds(5))
    guard converges.missing() == nil else { return }
    let lost = dice.percent(60) ? world.primary : dice.pick(world.members)
    guard let lost, writesGoOn(without: lost) else { return }
    endsWithALoss = true
    let number = lost.number
    let fault = dice.pick([.powerLoss(number), .hostSuspended(number), Fault.isolated(lost.place)])
    world.inflict(fault, for: .seconds(60))
    world.goOn(for: .seconds(5))
    let before = world.checkers.nothingIsLost.count
    if !world.goOn(
      for: .seconds(40), until: { [world] in world.checkers.nothingIsLost.count > before })
    {
      world.broken("nobody takes writes 45 s after \(lost.name) alone was lost")
    }
    if world.finding == nil { heal() }
  }

  /// Are there, of a group that is well, enough standbys for an election, for a leader, and for commits?
  private func writesGoOn(without lost: Host) -> Bool {
    let standbys = world.members.filter { $0.number != world.primary?.number && $0.isInQuorum }
    let left = standbys.filter { $0.number != lost.number }
    let demanded = confirmations()
    guard lost.number == world.primary?.number else { return left.count >= demanded }
    return standbys.contains { $0.priority > 0 } && standbys.count - 1 >= demanded
  }

  private func confirmations() -> Int {
    let rows = try? world.monitor.laboratory.session.query(
      "SELECT number_sync_standbys AS number FROM pgautofailover.formation")
    return rows?.first?["number"].flatMap { Int($0) } ?? 0
  }
}

extension World {
  /// Ends whatever is wrong.
  func healAll() {
    forgetFaults()
    monitor.resume()
    monitor.start()
    monitor.overlapPercent = 0
    lateUntil = .zero
    for host in hosts {
      host.diskSlowness = .zero
      host.powerOn()
      host.resume()
      host.server.goOn()
      host.resumeKeeper()
      host.startKeeper()
    }
  }
}
