import TestSupport
import Testing

extension ThreeNodesTests {
  /// How many standbys confirm a commit, and what that means.
  @Suite struct Settings {
    @Test(.timeLimit(.minutes(2)))
    func theNumberOfConfirmingStandbysChangesWhileClientsWrite() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, _) = try await cluster.usualGroup()
      try await whileClientsWrite(to: cluster, bound: .seconds(2)) { writers in
        for number in ["1", "0", "1"] {
          let answer = try await cluster.monitor.succeed(
            ["set", "formation", "number-sync-standbys", number])
          #expect(answer.text == number)
          let names = try await primary.sql("show synchronous_standby_names")
          #expect(names.hasPrefix("ANY 1 (") && names.contains(","))
          try await writers.acknowledged(by: primary.host)
        }
      }
      let refused = try await cluster.monitor.autoctl(
        ["set", "formation", "number-sync-standbys", "2"])
      #expect(refused.status == 6)
      #expect(refused.errorOutput.contains("ERROR") && refused.errorOutput.contains("HINT"))
      let settings = try await cluster.monitor.succeed(["show", "settings"]).output
      #expect(settings.contains("number_sync_standbys | 1"))
    }

    @Test(.timeLimit(.minutes(1)))
    func theRulesExplainThemselves() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, _) = try await cluster.usualGroup()
      let name = try await cluster.status(of: primary).name
      let why = try await cluster.monitor.succeed(["show", "why", "--name", name]).output
      #expect(why.hasPrefix("\(name) is primary\n"))
      #expect(why.contains("  would become apply_settings, by rule "))
      #expect(why.contains("      not so:      "))
      let rules = try await cluster.monitor.succeed(["show", "rules"]).output
      #expect(rules.contains("then  node becomes report_lsn; primary becomes draining"))
    }

    @Test(.timeLimit(.minutes(2)))
    func aCheckTellsWhatTheLossOfANodeWouldMean() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup()
      let name = try await cluster.status(of: primary).name
      try await eventually("a standby to have what was acknowledged, by the monitor's figures") {
        let well = try await cluster.monitor.autoctl(["check", "failover"])
        guard well.status == 0, well.output.hasPrefix("FAILOVER OK: If \(name) were lost now, ")
        else {
          throw NotYet(well.output)
        }
      }
      try await cluster.set(priority: 0, of: standbys[0])
      try await standbys[1].succeed(["enable", "maintenance"])
      try await eventually("nobody to be left that may lead") {
        let alone = try await cluster.monitor.autoctl(["check", "failover"])
        guard alone.status == 2 else { throw NotYet(alone.output) }
        tell(alone.output.lines.first ?? "")
      }
      try await standbys[1].succeed(["disable", "maintenance"])
      try await cluster.set(priority: 50, of: standbys[0])
      try await standbys[0].succeed(["enable", "maintenance"])
      try await eventually("the other one to be enough, once commits wait for it alone") {
        let warned = try await cluster.monitor.autoctl(["check", "failover"])
        guard warned.status == 1 else { throw NotYet(warned.output) }
        tell(warned.output.lines.first ?? "")
      }
      try await standbys[0].succeed(["disable", "maintenance"])
      try await cluster.settle(primary: primary, standbys: standbys)
    }

    @Test(.timeLimit(.minutes(3)))
    func writesWaitForAStandbyWhenOneMustConfirm() async throws {
      let cluster = try Cluster.ofThisTest
      let (primary, standbys) = try await cluster.usualGroup(confirming: 1)
      try await whileClientsWrite(to: cluster, bound: .seconds(60)) { writers in
        for standby in standbys { try await standby.host.powerOff() }
        tell("no standby is left: commits wait, and the primary does not go on alone")
        try await cluster.wait(for: standbys[0], toBeAssigned: "catchingup")
        try await always(for: .seconds(3)) {
          let status = try await cluster.status(of: primary)
          guard status.assigned != "wait_primary" else { throw NotYet("\(status)") }
        }
        // A client that has waited for long connects anew, and waits again.
        try await eventually("a commit to wait for its confirmation") {
          let waiting = try await primary.sql(
            "select count(*) > 0 from pg_stat_activity where wait_event = 'SyncRep'")
          guard waiting == "t" else { throw NotYet("nobody waits") }
        }
        try await standbys[1].host.powerOn()
        try await standbys[1].startKeeper()
        try await writers.acknowledged(by: primary.host)
        try await standbys[0].host.powerOn()
        try await standbys[0].startKeeper()
        try await cluster.settle(primary: primary, standbys: standbys)
      }
    }
  }
}

extension Cluster {
  /// Waits until the monitor wants a node in a state, whatever the node says.
  func wait(for node: Node, toBeAssigned state: String) async throws {
    try await eventually("\(node.host.name) to be assigned \(state)") {
      let status = try await status(of: node)
      guard status.assigned == state else { throw NotYet("\(status)") }
    }
  }
}
