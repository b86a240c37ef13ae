import TestSupport
import Testing

/// What can happen to a pair of nodes while clients write, and what it may cost them.
@Suite(.serialized, .cluster(.twoNodes))
struct FailoverTests {
  @Test(.timeLimit(.minutes(4)))
  func aHostThatLosesItsLinkIsReplacedAndComesBack() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    // Clients on the far side of the cut write as well: what they are told counts too.
    try await whileClientsWrite(
      to: cluster, from: [cluster.app, primary.host], bound: .seconds(12)
    ) { writers in
      let before = try await cluster.lastEvent()
      try await writers.acknowledged(by: primary.host)
      try await primary.host.cutLink()
      try await cluster.wait(for: standby, toBe: "wait_primary")
      try await writers.acknowledged(by: standby.host)
      tell("the isolated primary stops by itself")
      try await eventually("\(primary.host.name) to stop its server", within: .seconds(60)) {
        let pid = try? primary.postmaster
        guard pid == nil else { throw NotYet("postmaster \(pid ?? 0)") }
      }
      try await primary.host.healLink()
      try await cluster.expectReturn(of: primary, under: standby)
      let gone = try await cluster.assignments(of: primary, since: before)
      #expect(gone.passesThrough(["catchingup", "secondary"]))
    }
  }

  @Test(.timeLimit(.minutes(4)))
  func aHostThatLosesItsPowerIsReplacedAndComesBack() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    try await whileClientsWrite(to: cluster, bound: .seconds(12)) { writers in
      try await writers.acknowledged(by: primary.host)
      try await primary.host.powerOff()
      try await cluster.wait(for: standby, toBe: "wait_primary")
      try await writers.acknowledged(by: standby.host)
      try await primary.host.powerOn()
      try await primary.startKeeper()
      try await cluster.expectReturn(of: primary, under: standby)
    }
  }

  @Test(.timeLimit(.minutes(4)), arguments: 1...3)
  func aHostWhoseProcessesAllDieAtOnceIsReplacedAndComesBack(time: Int) async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    try await whileClientsWrite(to: cluster, bound: .seconds(12)) { writers in
      try await writers.acknowledged(by: primary.host)
      try await primary.host.killAllProcesses()
      try await cluster.wait(for: standby, toBe: "wait_primary")
      try await writers.acknowledged(by: standby.host)
      try await primary.host.powerOn()
      try await primary.startKeeper()
      try await cluster.expectReturn(of: primary, under: standby)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func aKilledServerIsBackOrReplacedWithinSeconds() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, _) = try await cluster.readyPair()
    try await whileClientsWrite(to: cluster, bound: .seconds(5)) { writers in
      try await writers.acknowledged(by: primary.host)
      let postmaster = try primary.postmaster
      try await primary.host.succeed(["kill", "-KILL", "\(postmaster)"])
      try await writers.more(100)
      let (now, other) = try await cluster.readyPair()
      tell("\(now.host.name) is primary, \(other.host.name) secondary")
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func aKilledKeeperCostsNothingAndANewOneAdoptsTheServer() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    try await whileClientsWrite(to: cluster, bound: .seconds(2)) { writers in
      let before = try await cluster.lastEvent()
      let postmaster = try primary.postmaster
      try await primary.keeper.signal("KILL")
      try await primary.keeper.waitForEnd()
      tell("without keeper, for longer than it takes to believe a host lost")
      try await always(for: .seconds(15)) {
        let status = try await cluster.status(of: standby)
        guard status.assigned == "secondary" else { throw NotYet("\(status)") }
      }
      try await writers.acknowledged(by: primary.host)
      try await primary.startKeeper()
      try await eventually("the new keeper to run") {
        let status = try await primary.autoctl(["status"])
        guard status.status == 0 else { throw NotYet(status.errorOutput) }
      }
      try await cluster.settle(primary: primary, standby: standby)
      #expect(try primary.postmaster == postmaster)
      #expect(try await cluster.assignments(of: standby, since: before).isEmpty)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func aSwitchoverCostsAtMostTwoSecondsAndNoRewind() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let logged = primary.keeper.log.count
    try await whileClientsWrite(to: cluster, bound: .seconds(2)) { writers in
      try await writers.acknowledged(by: primary.host)
      try await cluster.monitor.succeed(["perform", "switchover"])
      try await writers.acknowledged(by: standby.host)
      try await cluster.settle(primary: standby, standby: primary)
    }
    let log = primary.keeper.log.dropFirst(logged)
    for word in ["pg_rewind", "pg_basebackup"] { #expect(!log.contains(word)) }
  }

  @Test(.timeLimit(.minutes(4)))
  func theMonitorMayBeAwayForAMinute() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    try await whileClientsWrite(to: cluster, bound: .seconds(2)) { writers in
      let before = try await cluster.lastEvent()
      try await writers.acknowledged(by: primary.host)
      try await cluster.monitor.host.powerOff()
      try await always(for: .seconds(60), every: .seconds(1)) {
        let recovery = try await primary.sql("select pg_is_in_recovery()")
        guard recovery == "f" else { throw NotYet("\(primary.host.name) is a standby") }
      }
      try await writers.acknowledged(by: primary.host)
      try await cluster.monitor.host.powerOn()
      try await cluster.monitor.startKeeper()
      try await cluster.settle(primary: primary, standby: standby)
      try await always(for: .seconds(8)) {
        let status = try await cluster.status(of: standby)
        guard status.assigned == "secondary" else { throw NotYet("\(status)") }
      }
      let changes = try await cluster.assignments(of: standby, since: before)
      #expect(changes.allSatisfy { $0 == "secondary" })
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func hostsThatAreRestartedComeBackInTheSameStates() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let hosts = [cluster.monitor.host, primary.host, standby.host]
    for host in hosts { try await host.powerOff() }
    for host in hosts { try await host.powerOn() }
    for node in [cluster.monitor, primary, standby] { try await node.startKeeper() }
    try await cluster.settle(primary: primary, standby: standby)
    try await whileClientsWrite(to: cluster, bound: .seconds(2)) { writers in
      try await writers.acknowledged(by: primary.host)
    }
  }
}
