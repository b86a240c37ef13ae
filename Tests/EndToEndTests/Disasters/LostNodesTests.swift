import TestSupport
import Testing

extension DisasterTests {
  /// `all-nodes-lost-but-one.md`.
  @Suite struct AllNodesLostButOne {
    /// One host that comes back is enough, and then nothing is lost; where both are given up, what the
    /// survivor had received is there.
    @Test(.timeLimit(.minutes(5)))
    func theSurvivorGoesOnWithAHostOrOnAPersonsWord() async throws {
      let cluster = try Cluster.ofThisTest
      try await cluster.groupOfThePages()
      let page = try Page("all-nodes-lost-but-one", for: cluster)
      let (a, b, c) = (cluster.a, cluster.b, cluster.nodes[2])

      // The wait lasts as long as the hosts are off, so the bound is this test's patience.
      try await whileClientsWrite(to: cluster, bound: .seconds(90)) { writers in
        try await writers.acknowledged(by: a.host)
        try await cluster.loseAtOneBlow([a, c])
        try await page.follow("What you see")
        try await page.follow("Make sure")
        try await c.host.powerOn()
        try await page.follow("If one of the lost hosts can be started")
        let leader = try await cluster.leader(among: [b, c])
        try await writers.acknowledged(by: leader.host)
        try await a.host.powerOn()
        try await a.startKeeper()
      }

      try await cluster.groupOfThePages()
      try await cluster.keep(1000, in: "survived", on: [a, b, c])
      // How long the group waits until the old primary has surely stopped itself.
      try await cluster.monitor.set("pgautofailover.primary_demote_timeout", to: "8s")
      try await cluster.loseAtOneBlow([a, c])
      try await page.follow("What you see")
      try await cluster.waitUntilLost([a, c])
      try await page.follow("If both are lost for good")
      try await cluster.monitor.set("pgautofailover.primary_demote_timeout", to: nil)
      try await cluster.takesOneMoreRow(in: "survived")
      try await page.follow("What you get, and what may be lost")
      for node in [a, c] { try await node.host.powerOn() }
      try await page.follow("Back to full strength")
      try await cluster.settle(primary: b, standbys: [a, c])
      try await cluster.holds(1001, in: "survived", on: [a, b, c])
      page.expectFollowedToTheEnd()
    }
  }

  /// `monitor-lost.md`.
  @Suite struct MonitorLost {
    @Test(.timeLimit(.minutes(3)))
    func theMonitorIsReplacedWhileClientsWrite() async throws {
      let cluster = try Cluster.ofThisTest
      try await cluster.groupOfThePages()
      let page = try Page("monitor-lost", for: cluster)
      let before = try await cluster.state()
      let postmasters = try cluster.nodes.map { try $0.postmaster }
      try await whileClientsWrite(to: cluster, bound: .seconds(2)) { writers in
        let host = cluster.monitor.host
        try await host.powerOff()
        try await host.powerOn()
        try await host.succeed(
          ["rm", "-rf", "monitor", ".config/pg_autoctl", ".local/share/pg_autoctl"])
        for heading in ["What you see", "Make sure", "What to do", "Back to full strength"] {
          try await page.follow(heading)
          try await writers.acknowledged(by: cluster.a.host)
        }
      }
      #expect(try cluster.nodes.map { try $0.postmaster } == postmasters)
      let after = try await cluster.state()
      #expect(after.map(\.nodeID) == before.map(\.nodeID))
      #expect(after.map(\.timeline) == before.map(\.timeline))
      page.expectFollowedToTheEnd()
    }
  }
}

extension Cluster {
  /// Powers these off, one so quickly after the other that nobody is promoted in between.
  fileprivate func loseAtOneBlow(_ nodes: [Node]) async throws {
    for node in nodes { try await node.host.cutLink() }
    for node in nodes { try await node.host.killAllProcesses() }
  }
}
