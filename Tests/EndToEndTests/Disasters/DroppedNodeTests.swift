import TestSupport
import Testing

extension DisasterTests {
  /// `wrong-node-dropped.md`.
  @Suite struct WrongNodeDropped {
    @Test(.timeLimit(.minutes(5)))
    func whoeverWasDroppedComesBackWithItsData() async throws {
      let cluster = try Cluster.ofThisTest
      try await cluster.groupOfThePages()
      let page = try Page("wrong-node-dropped", for: cluster)
      let (a, b, c) = (cluster.a, cluster.b, cluster.nodes[2])
      let copies = [try await Bystander(a), try await Bystander(c)]
      try await whileClientsWrite(to: cluster, bound: .seconds(12)) { writers in
        for heading in [
          "A standby was dropped", "What you see: a standby", "Bring the standby back",
          "The primary was dropped", "What you see: the primary", "Bring the old primary back",
        ] {
          try await page.follow(heading)
          try await writers.more()
        }
        try await cluster.settle(primary: a, standbys: [b, c])
        for copy in copies { try await copy.expectNoCopyAndNoRewind() }

        try await c.host.powerOff()
        try await cluster.monitor.succeed(["drop", "node", "--name", "node_3", "--force"])
        try await c.host.powerOn()
        try await c.startKeeper()
        try await page.follow("A node was dropped with `--force` while it was away")
        try await page.follow("Bring a forgotten node back")
        try await page.follow("Back to full strength")
      }
      try await cluster.settle(primary: a, standbys: [b, c])
      page.expectFollowedToTheEnd()
    }
  }
}
