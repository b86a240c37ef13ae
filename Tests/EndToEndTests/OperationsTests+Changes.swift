import TestSupport
import Testing

/// What changes while the group runs: addresses, ports, limits; and what others may do there.
extension OperationsTests {
  /// The others follow a node to its new address, in either role, and nobody fails over.
  @Test(.timeLimit(.minutes(3)))
  func aNodeGetsAnotherNameAndAddress() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let leader = try await cluster.status(of: primary)
    for node in [standby, primary] {
      let before = try await cluster.status(of: node)
      let address = node.host.address
      try await node.succeed(["set", "node", "metadata", "--name", "west", "--hostname", address])
      #expect(try await node.succeed(["config", "get", "pg_autoctl.hostname"]).text == address)
      func known(_ column: String, of nodeID: Int) async throws -> String {
        try await cluster.monitor.sql(
          "select \(column) from pgautofailover.node where nodeid = \(nodeID)",
          database: "pg_auto_failover")
      }
      #expect(try await known("nodename", of: before.nodeID) == "west")
      #expect(try await known("nodehost", of: before.nodeID) == address)
      let host = try await known("nodehost", of: leader.nodeID)
      try await eventually("the standby to follow under the address that the monitor has") {
        let conninfo = try await standby.sql("show primary_conninfo")
        let streams = try await primary.sql("select count(*) from pg_stat_replication")
        guard conninfo.contains(host), streams == "1" else { throw NotYet(conninfo) }
      }
      try await node.succeed(
        ["set", "node", "metadata", "--name", before.name, "--hostname", before.host])
    }
    let taken = try await standby.autoctl(
      ["set", "node", "metadata", "--name", try await cluster.status(of: primary).name])
    #expect(taken.status == 6 && taken.errorOutput.contains("already"))
    try await cluster.settle(primary: primary, standby: standby)
  }

  /// A standby listens on another port, leads there, and is followed.
  @Test(.timeLimit(.minutes(3)))
  func aNodeGetsAnotherPort() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let ids = [
      try await cluster.status(of: primary).nodeID, try await cluster.status(of: standby).nodeID,
    ]
    func settled(leader: Int, port: Int) async throws {
      try await eventually("node \(leader) to lead, and \(ids[1]) to be at port \(port)") {
        let state = try await cluster.state()
        let leads = state.allSatisfy {
          $0.reported == ($0.nodeID == leader ? "primary" : "secondary")
        }
        guard leads, state.first(where: { $0.nodeID == ids[1] })?.port == port else {
          throw NotYet("\(state)")
        }
      }
    }
    for port in [5433, 5432] {
      try await standby.succeed(["stop"])
      let words = ["set", "node", "metadata", "--pgport", "\(port)"]
      try await standby.succeed(words)
      try await standby.startKeeper()
      try await settled(leader: ids[0], port: port)
      guard port == 5433 else { continue }
      try await cluster.monitor.succeed(["perform", "failover"])
      try await settled(leader: ids[1], port: port)
      #expect(try await primary.sql("show primary_conninfo").contains("port=5433"))
      #expect(try await cluster.formationURI().contains(":5433"))
      try await cluster.monitor.succeed(["perform", "failover"])
      try await settled(leader: ids[0], port: port)
    }
    try await cluster.settle(primary: primary, standby: standby)
  }

  /// A limit that is raised on the primary alone stops nobody: the standby takes it over.
  @Test(.timeLimit(.minutes(3)))
  func aStandbyTakesOverALargerMaxConnections() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let before = try await primary.sql("show max_connections")
    try await primary.sql("alter system set max_connections = 321")
    for (setting, there) in [("321", "321"), (before, before)] {
      let restart = [Paths.pgctl, "-D", primary.pgdata, "-W", "-m", "fast", "stop"]
      try await primary.host.succeed(restart)
      try await eventually("max_connections is \(setting)", within: .seconds(30)) {
        let found = try await primary.sql("show max_connections")
        guard found == setting else { throw NotYet(found) }
      }
      try await primary.sql("create table if not exists limits (id int)")
      let row = try await primary.sql("insert into limits values (\(setting)) returning id").lines[
        0]
      try await eventually("the standby replays it", within: .seconds(60)) {
        let rows = try await standby.sql("select max(id) from limits where id = \(row)")
        guard rows == row else { throw NotYet(rows) }
      }
      try await cluster.settle(primary: primary, standby: standby)
      if setting == "321" {
        #expect(try await standby.sql("show max_connections") == there)
        #expect(standby.keeper.log.contains("max_connections is \(before) here and 321 there"))
        try await primary.sql("alter system reset max_connections")
      }
    }
  }

  /// Beside the owner's there are two roles, and they can do what they are for.
  @Test(.timeLimit(.minutes(2)))
  func theRolesOfOthersCanDoNoMoreThanTheyNeed() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, _) = try await cluster.readyPair()
    try await primary.sql("create table if not exists private as select 1 as secret")
    for (role, replicates, functions) in [
      ("pgautofailover_monitor", "f", ""),
      (
        "pgautofailover_replicator", "t",
        "pg_ls_dir pg_read_binary_file pg_read_binary_file pg_stat_file"
      ),
    ] {
      let rights = try await primary.sql(
        """
        select rolsuper or rolcreatedb or rolcreaterole or rolbypassrls, rolreplication,
          (select count(*) from pg_auth_members where member = r.oid),
          (select coalesce(string_agg(proname, ' ' order by proname), '') from pg_proc p, aclexplode(proacl) a
            where a.grantee = r.oid),
          (select count(*) from pg_class c, aclexplode(relacl) a where a.grantee = r.oid)
        from pg_roles r where rolname = '\(role)'
        """)
      #expect(rights == "f|\(replicates)|0|\(functions)|0")
      for forbidden in ["table private", "create table public.mine ()", "create role mine"] {
        let refused = try await primary.host.run(
          ["psql", "-XAtqc", "set role \(role); \(forbidden)", "-d", "postgres"])
        #expect(refused.status != 0 && refused.errorOutput.contains("denied"), "\(forbidden)")
      }
    }
  }
}
