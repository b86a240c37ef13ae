internal import ChaosHistory
internal import Foundation
internal import Simulation
internal import TestSupport

/// Lets faults happen to a group while clients work.
struct Laboratory {
  let seed: UInt64
  let nodes: Int
  /// The kinds of faults that may happen.
  let faults: [Fault]
  /// Does each happen once, alone and in turn, rather than those that the dice draw for a while?
  let inTurn: Bool
  /// Where the figures go; the history goes beside it.
  let file: String?
  let sabotage: Sabotage?

  /// The longest time that a group may take to be whole again, without a person.
  static let recoveryLimit = Duration.seconds(120)
  /// Room for the data, a second copy of them, and the log.
  private static let diskMegabytes = 640

  func run(for length: Duration) async throws -> Result {
    let programs = try DisturbedPrograms(badDisk: Paths.badDisk)
    defer { programs.remove() }
    let cluster = try await Cluster(nodes: nodes, disks: Self.diskMegabytes)
    do {
      let result = try await experiment(on: cluster, for: length)
      if !result.problems.isEmpty { say(await cluster.report()) }
      try await cluster.remove()
      if let file { try result.append(to: file) }
      return result
    } catch {
      say(await cluster.report())
      try await cluster.remove()
      throw error
    }
  }

  private func experiment(on cluster: Cluster, for length: Duration) async throws -> Result {
    try await setUp(cluster)
    let clients = try await Clients.start(on: cluster)
    let before = try await Leftovers(of: cluster)
    var dice = Dice(seed: seed)
    var strikes: [Strike] = []
    var problems: [String] = []
    let end = Moment.now + length
    if let sabotage {
      let scene = try await scene(of: cluster, dice: &dice)
      try await sabotage.strike(scene)
    }
    var turns = faults.makeIterator()
    while sabotage == nil, inTurn || Moment.now < end {
      guard let chosen = inTurn ? turns.next().map({ [$0] }) : draw(&dice) else { break }
      let scene = try await scene(of: cluster, dice: &dice)
      do {
        let strike = try await strike(chosen, scene, &dice, clients, number: strikes.count + 1)
        if !strike.faults.isEmpty { strikes.append(strike) }
      } catch let error as NeverHappened {
        problems.append("a person is needed: \(error)")
        break
      }
    }
    if problems.isEmpty, sabotage == nil || sabotage == .leaking {
      problems += try await Leftovers.problems(of: cluster, since: before)
    }
    let history = try await clients.stop(cluster, keepingAs: file.map { "\($0).\(seed).history" })
    let checker = Checker(history)
    for index in strikes.indices {
      strikes[index].gap = checker.longestGap(from: strikes[index].began, to: strikes[index].whole)
    }
    return Result(
      seed: seed, nodes: nodes, strikes: strikes, acknowledged: checker.acknowledged,
      operations: history.count, problems: problems + checker.problems)
  }

  /// The group, on machines that can be disturbed, with a log that fits their disks.
  private func setUp(_ cluster: Cluster) async throws {
    try cluster.network.install(program: "slow_link", from: Paths.slowLink)
    for node in [cluster.monitor] + cluster.nodes {
      try await node.host.write("+0", to: DisturbedPrograms.clock)
    }
    try await cluster.setUp()
    for node in cluster.nodes {
      try await node.sql("alter system set max_wal_size = '\(Leftovers.maximalWAL)MB'")
      try await node.sql("alter system set min_wal_size = '32MB'")
      try await node.sql("alter system set wal_keep_size = '64MB'")
      try await node.sql("select pg_reload_conf()")
    }
  }

  private func scene(of cluster: Cluster, dice: inout Dice) async throws -> Scene {
    let (primary, standbys) = try await cluster.readyGroup(within: Self.recoveryLimit)
    return Scene(cluster: cluster, primary: primary, standbys: standbys.shuffled(using: &dice))
  }

  /// One fault, or two or three at once.
  private func draw(_ dice: inout Dice) -> [Fault] {
    var faults = [dice.pick(self.faults)]
    if dice.oneIn(4) { faults.append(dice.pick(self.faults)) }
    if dice.oneIn(12) { faults.append(dice.pick(self.faults)) }
    if let alone = faults.first(where: \.isAlone) { faults = [alone] }
    return faults
  }

  /// Lets faults happen, and waits until the group is whole.
  private func strike(
    _ faults: [Fault], _ scene: Scene, _ dice: inout Dice, _ clients: Clients, number: Int
  ) async throws -> Strike {
    let began = Moment.now
    say("\(number). \(faults.map(\.name).joined(separator: " + "))")
    var struck: [String] = []
    for fault in faults {
      do {
        try await fault.strike(scene, &dice)
        struck.append(fault.name)
      } catch {
        say("  this could not happen: \(fault.name): \(error)")
      }
      try await Task.sleep(for: .milliseconds(dice.int(0...1500)))
    }
    try await Task.sleep(for: .milliseconds(dice.int(500...12_000)))
    for fault in faults.reversed() where !fault.isHealedLast { try await fault.heal(scene) }
    for fault in faults.reversed() where fault.isHealedLast { try await fault.heal(scene) }
    let healed = Moment.now
    _ = try await scene.cluster.readyGroup(within: Self.recoveryLimit)
    try await clients.acknowledgeMore()
    let whole = Moment.now
    let strike = Strike(
      faults: struck, began: began.nanoseconds, healed: healed.nanoseconds,
      whole: whole.nanoseconds)
    let recovery = String(format: "%.1f", strike.recovery)
    say("  whole again after \(recovery) s")
    return strike
  }
}

extension Moment {
  static func + (moment: Moment, duration: Duration) -> Moment {
    Moment(nanoseconds: moment.nanoseconds + Int64(duration / .nanoseconds(1)))
  }
}
