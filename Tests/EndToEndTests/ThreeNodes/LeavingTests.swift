import TestSupport
import Testing

extension ThreeNodesTests {
  /// Nodes that leave the group, and come back as new ones.
  @Suite struct Leaving {
    @Test(.timeLimit(.minutes(3)))
    func aStandbyLeavesAndComesBackAsANewNode() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup()
      try await whileClientsWrite(to: cluster, bound: .seconds(3)) { writers in
        try await standbys[0].succeed(["drop", "node", "--destroy"])
        #expect(try await cluster.state().count == 2)
        try await cluster.settle(primary: primary, standby: standbys[1])
        try await writers.acknowledged(by: primary.host)
        try await cluster.create(standbys[0])
        try await standbys[0].startKeeper()
        try await cluster.settle(primary: primary, standbys: standbys)
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func aPrimaryLeavesAndTheOthersElectAnother() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup()
      try await whileClientsWrite(to: cluster, bound: .seconds(12)) { writers in
        try await writers.acknowledged(by: primary.host)
        try await primary.succeed(["drop", "node", "--destroy"])
        let leader = try await cluster.leader(among: standbys)
        try await writers.acknowledged(by: leader.host)
        try await cluster.wait(for: leader, toBe: "primary")
        #expect(try await cluster.state().count == 2)
        try await cluster.create(primary)
        try await primary.startKeeper()
        _ = try await cluster.readyGroup()
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func whatIsLostForGoodIsGivenUpOnAPersonsWord() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup()
      let force = ["perform", "failover", "--allow-data-loss"]
      let early = try await cluster.monitor.autoctl(force + ["--yes"])
      #expect(early.status == 6 && early.errorOutput.contains("alive"))
      // How long the group waits until the old primary has surely stopped itself.
      try await cluster.monitor.set("pgautofailover.primary_demote_timeout", to: "8s")
      try await primary.host.powerOff()
      try await standbys[0].host.powerOff()
      let silent = try await cluster.monitor.autoctl(force)
      #expect(silent.status == 1 && silent.errorOutput.contains("--yes"))
      // A decision that relied on a node that is lost a moment later would have ended with it.
      try await cluster.waitUntilLost([primary, standbys[0]])
      let decided = try await cluster.monitor.succeed(force + ["--yes", "--wait", "0"])
      tell(decided.errorOutput.lines.first ?? "")
      try await cluster.wait(for: standbys[1], toBe: "wait_primary", within: .seconds(60))
      let who = try await cluster.events().last { $0.because.contains("decided to fail over") }
      #expect(who?.because.hasPrefix("postgres@ha-demo-monitor decided") == true)
      for node in [primary, standbys[0]] {
        try await node.host.powerOn()
        try await node.startKeeper()
      }
      try await cluster.settle(primary: standbys[1], standbys: [primary, standbys[0]])
      try await cluster.monitor.set("pgautofailover.primary_demote_timeout", to: nil)
    }
  }
}
