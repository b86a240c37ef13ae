import TestSupport
import Testing

/// Somebody has the role of the standby on the monitor, and lies in its name, beside the standby's own keeper.
@Suite(.serialized, .cluster(.twoNodes))
struct StolenCredentialTests {
  @Test(.timeLimit(.minutes(10)))
  func whoLiesForAStandbyCannotMoveThePrimary() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let thief = try await cluster.network.addHost(named: "ha-demo-thief")
    let name = try await cluster.status(of: standby).name
    let other = try await cluster.status(of: primary).name
    try await cluster.monitor.sql(
      """
      create role stolen login; select pgautofailover.add_credential('stolen', 'default', '\(name)')
      """, database: "pg_auto_failover")
    let target = cluster.monitorURI.replacing("autoctl_node@", with: "stolen@")
    let before = try await cluster.lastEvent()
    try await whileClientsWrite(to: cluster, bound: .seconds(5)) { writers in
      tell("every state, position and timeline in the standby's name")
      let lies = try await thief.run(
        Self.lying(about: name, to: target), limit: .seconds(240))
      #expect(lies.status == 0, "\(lies.errorOutput)")
      #expect(lies.output.lines.count > 500, "the lies were told: \(lies.output.lines.count)")
      try await writers.more()
      tell("the same about the primary")
      let refused = try await thief.run(
        Self.lying(about: other, to: target), limit: .seconds(240))
      #expect(refused.output.lines.isEmpty, "\(refused.output)")
      #expect(refused.errorOutput.contains("may act for node \"\(name)\""))
      tell("the standby's own keeper goes on telling the truth")
      try await cluster.settle(primary: primary, standby: standby)
      tell("a number that no later report of that keeper exceeds")
      try await thief.succeed(["psql", "-XAtq", target, "-c", Self.lastReport(of: name)])
      try await eventually("the standby's own keeper is not listened to") {
        let age = try await cluster.monitor.sql(
          Self.ageOfReport(of: name), database: "pg_auto_failover")
        guard Double(age) ?? 0 > 5 else { throw NotYet(age) }
      }
      try await writers.more()
      tell("the role is taken back, and the standby made anew")
      try await cluster.monitor.sql(
        "select pgautofailover.remove_credential('stolen')", database: "pg_auto_failover")
      try await standby.succeed(["drop", "node", "--destroy", "--force"])
      try await cluster.create(standby)
      try await standby.startKeeper()
      try await cluster.settle(primary: primary, standby: standby)
    }
    let told = try await cluster.assignments(of: primary, since: before)
    let harmless: Set = ["primary", "wait_primary", "apply_settings", "single"]
    #expect(harmless.isSuperset(of: told), "\(told)")
  }

  private static func lying(about node: String, to target: String) -> [String] {
    let program = #"printf %s "$1" | psql -XAtq "$2" -v node="$3""#
    return ["sh", "-c", program, "lies", lies, target, node]
  }

  private static func ageOfReport(of node: String) -> String {
    """
    select extract(epoch from pgautofailover.monitor_clock() - r.reporttime)
      from pgautofailover.node_report r join pgautofailover.registered_node n using (nodeid)
     where n.nodename = '\(node)'
    """
  }

  private static func lastReport(of node: String) -> String {
    """
    select pgautofailover.node_active(n.formationid, n.nodeid, n.groupid, 'secondary',
                                      current_report_number => 9223372036854775807)
      from pgautofailover.registered_node n where n.nodename = '\(node)'
    """
  }

  /// Reports in which everything is untrue that a report can say.
  private static let lies = """
    select format('select assigned_group_state from pgautofailover.node_active(%L, %s, %s, %L, %L, %s, %L, %L, %L, %L, NULL, NULL, %L, %L)',
                  n.formationid, n.nodeid, n.groupid, s.name, running, tli, lsn, sync, names, silence, connected, delay)
      from pgautofailover.registered_node n
     cross join (select name from pgautofailover.node_state where name <> 'dropped') s
     cross join (values (true), (false), (null)) r (running)
     cross join (values (1, '0/0'), (1, 'FFFFFFFF/FFFFFFFF'), (99, 'FFFFFFFF/FFFFFFFF'), (0, '0/3000000')) p (tli, lsn)
     cross join lateral (values ('quorum', '', null::int, array[n.nodeid - 1, n.nodeid + 1], null::int),
                        ('', null, 0, null, 0), ('', '*', 2147483647, '{}', 2147483647)) k (sync, names, silence, connected, delay)
     where n.nodename = :'node'
     order by md5(s.name || coalesce(running, false) || tli || lsn || sync)
    \\gexec

    """
}
