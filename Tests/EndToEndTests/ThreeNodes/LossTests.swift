import TestSupport
import Testing

extension ThreeNodesTests {
  /// Hosts that lose their power.
  @Suite struct Losses {
    @Test(.timeLimit(.minutes(3)))
    func theHighestPriorityLeadsAndTheOtherFollowsWithoutANewCopy() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup()
      let (other, chosen) = (standbys[0], standbys[1])
      try await cluster.set(priority: 90, of: chosen)
      let follower = try await Bystander(other)
      try await whileClientsWrite(to: cluster, bound: .seconds(12)) { writers in
        try await writers.acknowledged(by: primary.host)
        try await primary.host.powerOff()
        try await writers.acknowledged(by: chosen.host)
        try await cluster.settle(primary: chosen, standby: other)
        try await follower.expectNoCopyAndNoRewind()
        try await primary.host.powerOn()
        try await primary.startKeeper()
        try await cluster.settle(primary: chosen, standbys: [other, primary])
      }
    }

    @Test(.timeLimit(.minutes(4)), arguments: ["the first", "the last"])
    func twoLostNodesComeBackInAnyOrder(first: String) async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup()
      try await whileClientsWrite(to: cluster, bound: .seconds(14)) { writers in
        try await writers.acknowledged(by: primary.host)
        try await primary.host.powerOff()
        let second = try await cluster.leader(among: standbys)
        let last = second === standbys[0] ? standbys[1] : standbys[0]
        try await cluster.settle(primary: second, standby: last)
        try await writers.acknowledged(by: second.host)
        try await second.host.powerOff()
        try await cluster.wait(for: last, toBe: "wait_primary")
        try await writers.acknowledged(by: last.host)
        tell("\(last.host.name) is left; \(first) that was lost comes back first")
        let lost = [primary, second]
        for node in first == "the first" ? lost : lost.reversed() {
          try await node.host.powerOn()
          try await node.startKeeper()
          try await cluster.wait(for: node, toBe: "secondary", within: .seconds(90))
        }
        try await cluster.settle(primary: last, standbys: lost)
      }
    }

    @Test(.timeLimit(.minutes(3)), arguments: ["the standby", "the primary"])
    func aSecondLossDuringTheElectionIsWaitedForAndSaid(first: String) async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup()
      let (lost, left) = (standbys[0], standbys[1])
      let name = try await cluster.status(of: lost).name
      // The wait lasts as long as the second host is off, so the bound is this test's patience.
      try await whileClientsWrite(to: cluster, bound: .seconds(60)) { writers in
        try await writers.acknowledged(by: primary.host)
        try await primary.host.powerOff()
        try await lost.host.powerOff()
        tell("one of two standbys is left: it need not hold every acknowledged commit")
        let words = try await eventually("show state to say what is waited for") {
          let words = try await cluster.monitor.succeed(["show", "state"]).output
          guard words.contains("waiting for"), words.contains(name) else { throw NotYet(words) }
          return words
        }
        tell(words.lines.last ?? "")
        try await always(for: .seconds(4)) {
          let status = try await cluster.status(of: left)
          guard status.assigned != "wait_primary" else { throw NotYet("\(status)") }
        }
        tell("\(first) comes back first, which is enough")
        let returned = first == "the standby" ? lost : primary
        try await returned.host.powerOn()
        try await returned.startKeeper()
        let leader = try await cluster.leader(among: [returned, left])
        try await writers.acknowledged(by: leader.host)
        _ = try await cluster.readyGroup()
      }
    }

    @Test(.timeLimit(.minutes(3)))
    func anElectedNodeThatIsLostAtOnceCostsNoAcknowledgedCommit() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup()
      try await whileClientsWrite(to: cluster, bound: .seconds(60)) { writers in
        try await writers.acknowledged(by: primary.host)
        try await primary.host.powerOff()
        let elected = try await eventually("somebody to be elected", every: .milliseconds(20)) {
          let rows = try await cluster.state()
          let goals = ["prepare_promotion", "fast_forward", "stop_replication", "wait_primary"]
          let hosts = rows.filter { goals.contains($0.assigned) }.map(\.host)
          guard let elected = standbys.first(where: { hosts.contains($0.host.name) }) else {
            throw NotYet("\(rows)")
          }
          return elected
        }
        try await elected.host.powerOff()
        tell("\(elected.host.name) was elected, and is lost; the old primary comes back")
        try await primary.host.powerOn()
        try await primary.startKeeper()
        try await elected.host.powerOn()
        try await elected.startKeeper()
        _ = try await cluster.readyGroup()
      }
    }
  }
}

extension Cluster {
  /// Waits until one of these takes writes by the monitor's word, and returns it.
  func leader(among candidates: [Node]) async throws -> Node {
    try await eventually("one of them to lead", within: .seconds(60)) {
      let rows = try await state()
      let leaders = candidates.filter { node in
        rows.contains { row in
          row.host == node.host.name && row.reported == row.assigned
            && ["wait_primary", "primary", "apply_settings"].contains(row.reported)
        }
      }
      guard leaders.count == 1 else { throw NotYet("\(rows)") }
      return leaders[0]
    }
  }
}
