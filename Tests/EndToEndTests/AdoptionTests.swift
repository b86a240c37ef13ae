import Foundation
import TestSupport
import Testing

/// Instances that were there before us are taken over with their data.
@Suite(.serialized, .cluster(.hosts()))
struct AdoptionTests {
  @Test(.timeLimit(.minutes(5)))
  func instancesThatWereThereBeforeBecomeMonitorAndNodes() async throws {
    let cluster = try Cluster.ofThisTest
    let (monitor, a, b) = (cluster.monitor, cluster.a, cluster.b)

    tell("an instance becomes the monitor")
    try await monitor.makeInstance()
    try await monitor.pgctl(["start"])
    try await monitor.sql("create table mine as select 1 as one")
    try await cluster.createMonitor()
    try await monitor.startKeeper()
    #expect(try await monitor.sql("select one from mine") == "1")

    tell("a running primary becomes node A")
    try await a.makeInstance()
    try await a.pgctl(["-o", "-c listen_addresses=*", "start"])
    try await a.sql("create table mine as select generate_series(1, 1000) as number")
    let identifier = try await a.systemIdentifier
    try await cluster.create(a)
    try await a.startKeeper()
    try await cluster.wait(for: a, toBe: "single")
    #expect(try await a.systemIdentifier == identifier)
    #expect(try await a.sql("select count(*) from mine") == "1000")

    tell("node B follows it")
    try await cluster.create(b)
    try await b.startKeeper()
    try await cluster.settle(primary: a, standby: b)
    #expect(try await b.sql("select count(*) from mine") == "1000")
  }
}

/// The same with an instance that is stopped.
@Suite(.serialized, .cluster(.hosts()))
struct StoppedAdoptionTests {
  @Test(.timeLimit(.minutes(3)))
  func aStoppedPrimaryIsAdoptedWithItsData() async throws {
    let cluster = try Cluster.ofThisTest
    let node = cluster.a
    try await cluster.createMonitor()
    try await node.makeInstance()
    try await node.pgctl(["start"])
    try await node.sql("create table mine as select generate_series(1, 1000) as number")
    try await node.pgctl(["stop"])
    try await cluster.create(node)
    try await node.startKeeper()
    try await cluster.wait(for: node, toBe: "single")
    #expect(try await node.sql("select count(*) from mine") == "1000")

    tell("an instance of another cluster is none of the group's")
    let foreign = Node(on: cluster.b.host, pgdata: "foreign")
    try await foreign.makeInstance()
    let before = try await cluster.state()
    let refused = try await foreign.autoctl(cluster.createWords(for: foreign))
    #expect(refused.status == ExitCode.monitor)
    #expect(refused.errorOutput.lowercased().contains("system identifier"))
    #expect(try await cluster.state().count == before.count)
  }
}

extension Node {
  /// A plain instance of PostgreSQL that nobody manages yet.
  func makeInstance() async throws {
    try await host.succeed(["\(Paths.postgresPrograms)/initdb", "-D", pgdata, "-A", "trust"])
  }

  /// Runs `pg_ctl` on it.
  func pgctl(_ words: [String]) async throws {
    try await host.succeed([Paths.pgctl, "-D", pgdata, "-l", "server.log", "-w"] + words)
  }

  /// Lets others replicate from it without password.
  func admitReplication(from range: String) async throws {
    let line = "host replication all \(range) trust"
    try await host.succeed(["sh", "-c", "echo '\(line)' >>\(pgdata)/pg_hba.conf"])
    try await sql("select pg_reload_conf()")
  }

  /// Tells its cluster from every other.
  var systemIdentifier: String {
    get async throws { try await sql("select system_identifier from pg_control_system()") }
  }
}

/// A standby that follows its primary already joins without a new copy.
@Suite(.serialized, .cluster(.hosts()))
struct StandbyAdoptionTests {
  @Test(.timeLimit(.minutes(4)))
  func aStandbyIsAdoptedWithItsData() async throws {
    let cluster = try Cluster.ofThisTest
    let (a, b) = (cluster.a, cluster.b)
    try await cluster.createMonitor()
    try await cluster.monitor.startKeeper()
    try await a.makeInstance()
    try await a.pgctl(["-o", "-c listen_addresses=*", "start"])
    try await a.sql("create table mine as select generate_series(1, 1000) as number")
    try await a.admitReplication(from: cluster.network.range)
    let user = try await a.sql("select current_user")
    try await b.host.succeed(
      ["\(Paths.postgresPrograms)/pg_basebackup", "-D", b.pgdata, "-R", "-C", "-S", "of_its_own"]
        + ["-c", "fast", "-d", "host=\(a.host.name) user=\(user)"])
    try await b.pgctl(["start"])

    tell("a standby cannot begin a group, whether it runs or not")
    for step in [["stop"], ["start"]] {
      let refused = try await b.autoctl(cluster.createWords(for: b))
      #expect(refused.status == ExitCode.badArguments)
      #expect(refused.errorOutput.contains("Create its primary as a node first."))
      #expect(refused.errorOutput.contains("promote it with pg_ctl promote"))
      try await b.pgctl(step)
    }
    #expect(try await cluster.state().isEmpty)

    tell("it joins the group of its primary, as it is")
    try await cluster.create(a)
    try await a.startKeeper()
    let directory = try await b.identityOfDirectory
    let adopted = try await cluster.create(b)
    #expect(adopted.errorOutput.contains("Adopting the standby"))
    try await b.startKeeper()
    try await cluster.settle(primary: a, standby: b)
    #expect(try await b.identityOfDirectory == directory)
    #expect(try await b.sql("select count(*) from mine") == "1000")
    #expect(try await a.sql("select count(*) from pg_replication_slots") == "2")
    try await cluster.monitor.succeed(["perform", "failover"])
    try await cluster.settle(primary: b, standby: a)
  }
}

/// What Debian's `pg_createcluster` has made, with all that its owner added, is taken over as it is.
@Suite(.serialized, .cluster(.hosts()))
struct DebianAdoptionTests {
  @Test(.timeLimit(.minutes(4)))
  func aClusterOfDebianIsAdoptedAndKeepsWhatItsOwnerMade() async throws {
    let cluster = try Cluster.ofThisTest
    let (a, b) = (cluster.a, cluster.b)
    try await cluster.createMonitor()
    try await cluster.monitor.startKeeper()
    let debian = DebianCluster(node: a)
    try await debian.create(settings: [
      "archive_mode = on", "archive_command = 'cp %p \(a.host.home)/archive/%f'",
      "work_mem = '7MB'", "wal_level = logical", "include_if_exists = 'conf.d/of_the_owner.conf'",
    ])
    try await debian.start()
    let (place, table) = ("\(a.host.home)/space", "create table spaced tablespace space")
    try await a.host.succeed(["mkdir", place])
    try await a.sql("create tablespace space location '\(place)'")
    try await a.sql("\(table) as select generate_series(1, 1000) as number")
    try await a.sql("select pg_create_physical_replication_slot('of_a_backup', true)")
    try await a.sql("select pg_create_logical_replication_slot('of_a_reader', 'pgoutput')")

    tell("the primary is adopted while it runs")
    let adopted = try await cluster.create(a)
    #expect(adopted.errorOutput.contains("Restarting the server"))
    try await a.startKeeper()
    try await cluster.wait(for: a, toBe: "single")
    let slots = "select string_agg(slot_name, ' ' order by slot_name) from pg_replication_slots"
    #expect(try await a.sql(slots) == "of_a_backup of_a_reader")
    #expect(try await a.sql("show work_mem") == "7MB")
    #expect(try await a.sql("show config_file") == a.directory + "/postgresql.conf")
    #expect(try await a.sql("show hba_file") == a.directory + "/pg_hba.conf")
    #expect(try await a.sql("select count(*) from spaced") == "1000")
    #expect(try await debian.start(mayFail: true).errorOutput.contains("disabled"))
    let file = try await a.sql("select pg_walfile_name(pg_switch_wal())")
    try await eventually("the segment is archived") {
      let archived = try await a.host.run(["test", "-e", "\(a.host.home)/archive/\(file)"])
      guard archived.status == 0 else { throw NotYet(file) }
    }

    tell("a standby is made of it, not faster than it may be")
    try await cluster.b.succeed(
      cluster.createWords(for: b) + ["--maximum-backup-rate", "50M"], limit: .seconds(180))
    try await b.startKeeper()
    try await cluster.settle(primary: a, standby: b)
    #expect(try await b.sql("select count(*) from spaced") == "1000")
    #expect(try await b.sql("show work_mem") == "7MB")

    tell("what a failover would cost its owner is told beforehand")
    let told = try await cluster.monitor.autoctl(["check", "failover"])
    #expect(told.status == 1 && told.output.contains("(of_a_reader)"), "\(told.output)")
    try await a.sql("select pg_drop_replication_slot('of_a_reader')")
    try await eventually("nothing stands in the way of a failover") {
      let told = try await cluster.monitor.autoctl(["check", "failover"])
      guard told.status == 0 else { throw NotYet(told.output) }
    }
  }
}

/// A base backup made by a program of the operator's choice.
@Suite(.serialized, .cluster(.hosts()))
struct BaseBackupCommandTests {
  @Test(.timeLimit(.minutes(4)))
  func aStandbyIsMadeFromABackupOfPgBackRest() async throws {
    let cluster = try Cluster.ofThisTest
    let (a, b) = (cluster.a, cluster.b)
    try await cluster.createMonitor()
    try await cluster.monitor.startKeeper()
    try await cluster.create(a)
    try await a.startKeeper()
    // Both hosts see the same repository.
    let file = "\(a.host.home)/pgbackrest.conf"
    let program = "pgbackrest --config=\(file) --stanza=demo"
    try await a.host.write(
      """
      [global]
      repo1-path=\(a.host.home)/repository
      log-path=\(a.host.home)/repository
      lock-path=/tmp
      [demo]
      pg1-path=\(a.directory)
      pg1-socket-path=/run/postgresql
      """, to: file)
    try await a.host.succeed(["mkdir", "\(a.host.home)/repository"])
    for setting in ["archive_mode = on", "archive_command = '\(program) archive-push %p'"] {
      try await a.sql("alter system set \(setting)")
    }
    try await a.host.succeed(["sh", "-c", "\(program) stanza-create"])
    try await a.succeed(["stop"])
    try await a.startKeeper()
    try await eventually("the server is back") { try await a.sql("select 1") }
    try await a.sql("create table kept as select generate_series(1, 1000) as number")
    try await a.host.succeed(["sh", "-c", "\(program) --type=full backup"])
    try await a.sql("insert into kept select generate_series(1001, 2000)")
    try await a.sql("select pg_switch_wal()")

    tell("a command that fails is told with its words, and leaves nothing")
    let failing = try await b.autoctl(
      cluster.createWords(for: b) + ["--base-backup-command", "echo no tape >&2; exit 3"],
      limit: .seconds(10))
    #expect(failing.status != 0 && failing.errorOutput.contains("no tape"))

    let restore = "\(program) --pg1-path=\"$PGDATA\" --type=standby restore"
    try await b.succeed(["config", "set", "replication.base_backup_command", restore])
    try await b.startKeeper()
    try await cluster.settle(primary: a, standby: b)
    #expect(b.keeper.log.contains("Making the base backup with: \(program)"))
    #expect(try await b.sql("select count(*) from kept") == "2000")
    #expect(try await b.sql("show restore_command").contains("archive-get"))
    try await cluster.monitor.succeed(["perform", "failover"])
    try await cluster.settle(primary: b, standby: a)
  }
}

/// A cluster of Debian's tools, whose configuration lies outside of its data directory.
struct DebianCluster {
  /// The node that it is to become.
  let node: Node

  /// Where the configurations of such clusters lie: below /etc on a machine that is not shared.
  private var root: String { node.host.home + "/etc" }

  private func run(_ words: [String]) async throws -> CommandOutcome {
    try await node.host.run(["env", "PG_CLUSTER_CONF_ROOT=\(root)"] + words)
  }

  /// Makes it, with further lines in its `postgresql.conf`.
  func create(settings: [String]) async throws {
    try await node.host.succeed(["mkdir", "-p", root, node.host.home + "/archive"])
    let made = try await run(
      ["pg_createcluster", "15", "main", "-d", node.directory, "-p", "5432"]
        + ["-l", node.host.home + "/debian.log"])
    try #require(made.status == 0, "\(made.errorOutput)")
    let file = "\(root)/15/main/postgresql.conf"
    let text = try node.host.read(file) + settings.map { $0 + "\n" }.joined()
    try await node.host.write(text, to: file)
  }

  /// Starts it.
  @discardableResult
  func start(mayFail: Bool = false) async throws -> CommandOutcome {
    let started = try await run([
      "pg_ctlcluster", "15", "main", "start", "--skip-systemctl-redirect",
    ])
    if !mayFail { try #require(started.status == 0, "\(started.errorOutput)") }
    return started
  }
}
