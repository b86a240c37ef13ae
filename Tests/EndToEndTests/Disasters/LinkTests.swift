import TestSupport
import Testing

extension DisasterTests {
  /// `link-lost.md`.
  @Suite struct LinkLost {
    @Test(.timeLimit(.minutes(4)))
    func onlyTheMonitorsSideWrites() async throws {
      let cluster = try Cluster.ofThisTest
      try await cluster.groupOfThePages()
      let page = try Page("link-lost", for: cluster)
      let (a, b, c) = (cluster.a, cluster.b, cluster.nodes[2])
      let (here, there) = ([cluster.monitor, a], [b, c])
      // Clients wait for as long as it takes to follow the page.
      try await whileClientsWrite(to: cluster, bound: .seconds(60)) { writers in
        try await cluster.cut(here, from: there)
        try await page.follow("Make sure")
        try await page.follow("The monitor and the primary are on one side")
        try await writers.acknowledged(by: a.host)
        for node in there { #expect(try await node.sql("select pg_is_in_recovery()") == "t") }
        try await cluster.heal(here, with: there)
        try await page.follow("When that link is back")

        let majority = [cluster.monitor, b, c]
        try await cluster.monitor.succeed(
          ["set", "node", "candidate-priority", "60", "--name", "node_2"])
        try await cluster.cut([a], from: majority)
        try await page.follow("The primary is alone on its side")
        try await writers.acknowledged(by: b.host)
        #expect((try? a.postmaster) == nil)
        try await cluster.heal([a], with: majority)
        try await page.follow("When the link to the old primary is back")
      }
      page.expectFollowedToTheEnd()
      try await cluster.settle(primary: a, standbys: there)
    }
  }
}

extension Cluster {
  /// Nothing passes between the hosts of these and of those any more.
  fileprivate func cut(_ these: [Node], from those: [Node]) async throws {
    for one in these { for other in those { try await one.host.cutLink(to: other.host) } }
  }

  fileprivate func heal(_ these: [Node], with those: [Node]) async throws {
    for one in these { for other in those { try await one.host.healLink(to: other.host) } }
  }
}

/// `data-centre-lost.md`: two standbys are left of a whole system. It needs a cluster of its own, whose
/// monitor does not come back.
@Suite(.serialized, .cluster(.threeNodes))
struct DataCentreLostTests {
  @Test(.timeLimit(.minutes(4)))
  func theStandbysThatAreLeftBecomeAGroupAndTheOldPrimaryJoinsIt() async throws {
    let cluster = try Cluster.ofThisTest
    try await cluster.keep(1000, in: "survived", on: cluster.nodes)
    let (a, b, c) = (cluster.a, cluster.b, cluster.nodes[2])
    let monitor = Node(
      on: try await cluster.network.addHost(named: "ha-demo-monitor-2"), pgdata: "monitor")
    let page = try Page("data-centre-lost", for: cluster, and: [monitor])
    let follower = try await Bystander(c)

    for node in [cluster.monitor, a] { try await node.host.powerOff() }
    for heading in [
      "What you see", "Choose the standby that has most", "Make a monitor here",
      "Make it the primary", "Let the other standby follow",
    ] { try await page.follow(heading) }
    try await follower.expectNoCopyAndNoRewind()
    try await cluster.holds(1000, in: "survived", on: [b, c])
    try await b.sql("insert into survived values (1001)")

    // What the lost primary might have had more is taken back when it joins.
    for node in [cluster.monitor, a] { try await node.host.powerOn() }
    try await page.follow("Back to full strength")
    try await cluster.holds(1001, in: "survived", on: [a, b, c])
    page.expectFollowedToTheEnd()
  }
}
