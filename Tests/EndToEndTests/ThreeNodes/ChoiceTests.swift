import TestSupport
import Testing

extension ThreeNodesTests {
  /// Who leads, as operators wish.
  @Suite struct Choices {
    @Test(.timeLimit(.minutes(2)))
    func theNodeThatIsNamedLeadsAndNobodyCopies() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup()
      let (other, chosen) = (standbys[0], standbys[1])
      let name = try await cluster.status(of: chosen).name
      let followers = [try await Bystander(other), try await Bystander(primary)]
      try await whileClientsWrite(to: cluster, bound: .seconds(3)) { writers in
        try await writers.acknowledged(by: primary.host)
        try await cluster.monitor.succeed(["perform", "promotion", "--name", name])
        try await writers.acknowledged(by: chosen.host)
        try await cluster.settle(primary: chosen, standbys: [other, primary])
      }
      for follower in followers { try await follower.expectNoCopyAndNoRewind() }
    }

    @Test(.timeLimit(.minutes(2)))
    func aSwitchoverGoesToTheHighestPriority() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup()
      let (chosen, other) = (standbys[1], standbys[0])
      try await cluster.set(priority: 0, of: other)
      try await cluster.set(priority: 10, of: chosen)
      try await whileClientsWrite(to: cluster, bound: .seconds(3)) { writers in
        try await writers.acknowledged(by: primary.host)
        try await cluster.monitor.succeed(["perform", "switchover"])
        try await writers.acknowledged(by: chosen.host)
        try await cluster.settle(primary: chosen, standbys: [other, primary])
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func anAsynchronousNodeNeverLeads() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup()
      let (asynchronous, other) = (standbys[0], standbys[1])
      try await cluster.set(quorum: false, of: asynchronous)
      try await cluster.set(priority: 100, of: asynchronous)
      let names = try await cluster.monitor.succeed(["show", "standby-names"]).text
      #expect(names.hasPrefix("'ANY 1 (pgautofailover_standby_") && !names.contains(","))
      try await whileClientsWrite(to: cluster, bound: .seconds(12)) { writers in
        try await writers.acknowledged(by: primary.host)
        try await primary.host.powerOff()
        try await writers.acknowledged(by: other.host)
        try await cluster.wait(for: asynchronous, toBe: "secondary")
        try await primary.host.powerOn()
        try await primary.startKeeper()
        try await cluster.settle(primary: other, standbys: [asynchronous, primary])
      }
    }
  }
}
