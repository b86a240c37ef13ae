import TestSupport
import Testing

extension ThreeNodesTests {
  /// Nodes that are in an operator's hands for a while.
  @Suite struct Maintenance {
    @Test(.timeLimit(.minutes(2)))
    func eachStandbyHasItsMaintenanceAndClientsNoticeNothing() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup()
      try await whileClientsWrite(to: cluster, bound: .seconds(3)) { writers in
        for standby in standbys {
          try await standby.succeed(["enable", "maintenance"])
          try await writers.acknowledged(by: primary.host)
          try await standby.succeed(["disable", "maintenance"])
        }
        try await cluster.settle(primary: primary, standbys: standbys)
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func aPrimaryHandsOverBeforeItsMaintenance() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup()
      try await whileClientsWrite(to: cluster, bound: .seconds(5)) { writers in
        try await writers.acknowledged(by: primary.host)
        try await primary.succeed(["enable", "maintenance", "--allow-failover"])
        let leader = try await cluster.leader(among: standbys)
        try await writers.acknowledged(by: leader.host)
        try await cluster.wait(for: leader, toBe: "primary")
        try await primary.succeed(["disable", "maintenance"])
        _ = try await cluster.readyGroup()
      }
    }

    @Test(.timeLimit(.minutes(2)))
    func aPrimaryWithoutFailoverLeavesNoWriterUntilItIsBack() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup()
      try await whileClientsWrite(to: cluster, bound: .seconds(40)) { writers in
        try await writers.acknowledged(by: primary.host)
        try await primary.succeed(["enable", "maintenance", "--without-failover"])
        #expect(try await cluster.monitor.autoctl(["check", "failover"]).status == 2)
        try await always(for: .seconds(3)) {
          for standby in standbys {
            let status = try await cluster.status(of: standby)
            guard status.assigned == "secondary" else { throw NotYet("\(status)") }
          }
        }
        try await primary.succeed(["disable", "maintenance"])
        try await writers.acknowledged(by: primary.host)
        try await cluster.settle(primary: primary, standbys: standbys)
      }
    }
  }
}
