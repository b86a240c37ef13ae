import Foundation
import TestSupport
import Testing

/// What operators do with a pair of nodes that is well.
@Suite(.serialized, .cluster(.twoNodes))
struct OperationsTests {
  @Test(.timeLimit(.minutes(2)))
  func aSecondCreateIsHarmlessAndSaysSo() async throws {
    let cluster = try Cluster.ofThisTest
    let before = try await cluster.state()
    let again = [
      try await cluster.createMonitor(), try await cluster.create(cluster.a),
      try await cluster.create(cluster.b),
    ]
    for outcome in again {
      #expect(outcome.errorOutput.lowercased().contains("already"))
    }
    let after = try await cluster.state()
    #expect(after.map(\.settled) == before.map(\.settled))
    #expect(after.map(\.nodeID) == before.map(\.nodeID))
  }

  /// It has never had more than 25 MB, not even while it started; the pages that only its start needed are given back.
  @Test(.timeLimit(.minutes(2)))
  func aKeeperIsSmall() async throws {
    let cluster = try Cluster.ofThisTest
    for node in cluster.nodes {
      try await eventually("the keeper of \(node.host.name) to be small", within: .seconds(60)) {
        let kilobytes = try await kilobytes(of: node, "VmRSS")
        guard kilobytes < 22_000 else { throw NotYet("\(kilobytes) kB") }
      }
      #expect(try await kilobytes(of: node, "VmHWM") <= 25_000)
    }
  }

  /// What the system says about the keeper's memory now (VmRSS) or at its greatest (VmHWM).
  private func kilobytes(of node: Node, _ name: String) async throws -> Int {
    let status = try await node.host.succeed(["cat", "/proc/\(try node.keeper.pid)/status"]).text
    let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") }
    return try #require(line?.split(separator: " ").dropFirst().first.flatMap { Int($0) })
  }

  @Test(.timeLimit(.minutes(1)))
  func theServiceUnitSatisfiesSystemd() async throws {
    let cluster = try Cluster.ofThisTest
    for node in [cluster.monitor, cluster.a] {
      let unit = try await node.host.succeed(
        ["pg_autoctl", "-q", "show", "systemd", "--pgdata", node.pgdata])
      #expect(unit.errorOutput.isEmpty)
      #expect(unit.output.contains("ExecStart="))
      try unit.output.write(
        toFile: node.host.home + "/pgautofailover.service", atomically: false, encoding: .utf8)
      let check = try await node.host.run(
        ["systemd-analyze", "verify", "--man=no", "./pgautofailover.service"])
      #expect(check.status == 0, "\(check.errorOutput)")
      #expect(check.errorOutput.isEmpty)
    }
  }

  /// A new program takes the place of each service in turn: the same process, the same server, no failover.
  @Test(.timeLimit(.minutes(2)))
  func servicesBeginAnewWhileClientsWrite() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let before = try await cluster.state().map(\.timeline)
    try await whileClientsWrite(to: cluster, bound: .seconds(2)) { writers in
      for node in [cluster.monitor, standby, primary] {
        let (process, postmaster) = (try node.keeper.pid, try node.postmaster)
        let beginnings = node.keeper.log.split(separator: "pg_autoctl 1.").count
        try await node.succeed(["restart"])
        #expect(try node.keeper.pid == process)
        try await eventually("\(node.host.name) to say that it has begun") {
          let said = node.keeper.log.split(separator: "pg_autoctl 1.").count
          guard said == beginnings + 1 else { throw NotYet("\(said)") }
        }
        try await cluster.settle(primary: primary, standby: standby)
        #expect(try node.postmaster == postmaster)
      }
      try await writers.acknowledged(by: primary.host)
    }
    #expect(try await cluster.state().map(\.timeline) == before)
    // It listens to signals as before.
    try await standby.succeed(["reload"])
    try await standby.succeed(["stop"])
    #expect(try await standby.autoctl(["restart"]).status == 3)
    try await standby.startKeeper()
    try await cluster.settle(primary: primary, standby: standby)
  }

  /// A primary that is stopped, as for a reboot of its host, first gives its role to the standby; without
  /// a standby, or in a hurry, it stops at once.
  @Test(.timeLimit(.minutes(4)))
  func aPrimaryThatIsStoppedHandsItsRoleOver() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let logged = primary.keeper.log.count
    try await whileClientsWrite(to: cluster, bound: .seconds(2)) { writers in
      try await writers.acknowledged(by: primary.host)
      try await primary.succeed(["stop"])
      try await writers.acknowledged(by: standby.host)
    }
    #expect(primary.keeper.log.contains("Another node takes over before the server stops."))
    #expect(try await cluster.status(of: primary).reported == "demoted")
    try await primary.startKeeper()
    try await cluster.settle(primary: standby, standby: primary)
    let log = primary.keeper.log.dropFirst(logged)
    for word in ["pg_rewind", "pg_basebackup"] { #expect(!log.contains(word)) }

    try await standby.succeed(["stop", "--fast"])
    #expect(!standby.keeper.log.contains("Another node takes over before the server stops."))
    try await standby.startKeeper()
    try await cluster.settle(primary: primary, standby: standby)

    try await standby.succeed(["stop"])
    try await primary.succeed(["stop"])
    #expect(primary.keeper.log.contains("Nobody takes over before the server stops."))
    try await primary.startKeeper()
    try await standby.startKeeper()
    try await cluster.settle(primary: primary, standby: standby)
  }

  /// Encryption comes and goes while clients write: nobody fails over, and no server is restarted.
  @Test(.timeLimit(.minutes(3)))
  func encryptionIsTurnedOnAndOffWhileClientsWrite() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let before = try await cluster.state().map(\.timeline)
    let postmasters = try [primary.postmaster, standby.postmaster]
    func replication(isEncrypted: Bool) async throws {
      try await eventually("replication to be encrypted: \(isEncrypted)") {
        let found = try await primary.sql(
          "select string_agg(ssl::text, ' ') from pg_stat_replication join pg_stat_ssl using (pid)")
        guard found == "\(isEncrypted)" else { throw NotYet(found) }
      }
    }
    try await replication(isEncrypted: false)
    try await whileClientsWrite(to: cluster, bound: .seconds(3)) { writers in
      for node in [cluster.monitor, primary, standby] {
        try await node.succeed(["enable", "ssl", "--ssl-self-signed"])
        try await eventually("the server to encrypt") {
          guard try await node.sql("show ssl") == "on" else { throw NotYet("off") }
        }
      }
      try await replication(isEncrypted: true)
      #expect(try await standby.sql("show primary_conninfo").contains("sslmode=require"))
      try await cluster.settle(primary: primary, standby: standby)
      for node in [standby, primary, cluster.monitor] {
        try await node.succeed(["disable", "ssl"])
        try await eventually("the server not to encrypt") {
          guard try await node.sql("show ssl") == "off" else { throw NotYet("on") }
        }
      }
      try await eventually("the standby to demand nothing") {
        let conninfo = try await standby.sql("show primary_conninfo")
        guard conninfo.contains("sslmode=prefer") else { throw NotYet(conninfo) }
      }
      try await cluster.settle(primary: primary, standby: standby)
      try await writers.acknowledged(by: primary.host)
    }
    #expect(try await cluster.state().map(\.timeline) == before)
    #expect(try [primary.postmaster, standby.postmaster] == postmasters)
  }

  /// A service manager that asks to be told hears that the service is ready, what it does, and that it
  /// stops.
  @Test(.timeLimit(.minutes(2)))
  func theServiceTellsItsManagerHowItIs() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    try await standby.succeed(["stop"])
    #expect(try await standby.keeper.waitForEnd(within: .seconds(60)) == 0)
    let socket = "\(standby.host.home)/notify"
    let listener = """
      use IO::Socket::UNIX;
      my $socket = IO::Socket::UNIX->new(Type => SOCK_DGRAM, Local => "\(socket)") or die;
      $| = 1;
      while (defined $socket->recv(my $words, 4096)) { $words =~ tr/\\n/ /; print "$words\\n" }
      """
    let manager = try await standby.host.start("manager", ["perl", "-e", listener])
    try await eventually("the manager to listen") {
      guard FileManager.default.fileExists(atPath: socket) else { throw NotYet(manager.log) }
    }
    try await standby.startKeeper(environment: ["NOTIFY_SOCKET": socket, "WATCHDOG_USEC": "900000"])
    try await cluster.settle(primary: primary, standby: standby)
    try await eventually("the manager to hear of it") {
      let lines = manager.log.lines
      guard lines.contains("READY=1"), lines.last == "STATUS=secondary WATCHDOG=1" else {
        throw NotYet(manager.log)
      }
    }
    try await standby.succeed(["stop"])
    #expect(try await standby.keeper.waitForEnd(within: .seconds(60)) == 0)
    #expect(manager.log.lines.last == "STOPPING=1")
    try await standby.startKeeper()
    try await cluster.settle(primary: primary, standby: standby)
  }

  @Test(.timeLimit(.minutes(1)))
  func theServicesTellHowTheyAre() async throws {
    let cluster = try Cluster.ofThisTest
    for node in [cluster.monitor, cluster.a, cluster.b] {
      #expect(try await node.autoctl(["status"]).status == 0)
      #expect(try await node.autoctl(["reload"]).status == 0)
    }
    let names = try await cluster.monitor.succeed(["show", "standby-names"]).text
    #expect(names.contains("pgautofailover_standby_"))
    #expect(try await cluster.app.succeed(["pg_autoctl", "version"]).output.contains("pg_autoctl"))
  }

  @Test(.timeLimit(.minutes(1)))
  func aSettingIsChangedWhileTheServiceRuns() async throws {
    let cluster = try Cluster.ofThisTest
    for node in [cluster.monitor, cluster.a] {
      let check = try await node.autoctl(["config", "check"])
      #expect(check.status == 0, "\(check.output)")
      #expect(!check.output.contains("PROBLEM"))
    }
    let setting = "timeout.network_partition_timeout"
    let reloads = cluster.a.keeper.log.split(separator: "settings were read again").count
    try await cluster.a.succeed(["config", "set", setting, "7"])
    #expect(try await cluster.a.succeed(["config", "get", setting]).text == "7")
    try await eventually("the service to read its configuration again") {
      let log = cluster.a.keeper.log
      guard log.split(separator: "settings were read again").count > reloads else {
        throw NotYet(log)
      }
    }
    try await cluster.a.succeed(["config", "set", setting, "5"])
    let later = try await cluster.a.succeed(["config", "set", "postgresql.listen_addresses", "*"])
    #expect(later.errorOutput.contains("already"))
    try await cluster.a.succeed(["config", "set", "replication.maximum_backup_rate", "90M"])
    for node in [cluster.monitor, cluster.a] {
      // What a person writes into the server's own files counts, too.
      try await node.host.succeed(
        ["sh", "-c", "echo \"work_mem = '7MB'\" >>\(node.pgdata)/postgresql.conf"])
      try await node.succeed(["reload"])
      try await eventually("the server to read its files again") {
        let value = try await node.sql("show work_mem")
        guard value == "7MB" else { throw NotYet(value) }
      }
    }
    let wrong = try await cluster.a.autoctl(["config", "set", setting, "soon"])
    #expect(wrong.status == 1 && wrong.errorOutput.contains("HINT"))
    let file = try await cluster.a.succeed(["show", "file", "--config", "--contents"]).output
    #expect(file.contains("maximum_backup_rate = \"90M\""))
  }

  @Test(.timeLimit(.minutes(2)))
  func aServiceThatIsStoppedStopsItsServer() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    try await standby.succeed(["stop"])
    #expect(try await standby.keeper.waitForEnd(within: .seconds(60)) == 0)
    #expect((try? standby.postmaster) == nil)
    #expect(try await standby.autoctl(["status"]).status == 3)
    try await standby.startKeeper()
    try await cluster.settle(primary: primary, standby: standby)
  }

  @Test(.timeLimit(.minutes(3)))
  func aStandbyGoesIntoMaintenanceAndComesBack() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    // The primary waits for a standby no longer than it takes to let it go on alone.
    try await whileClientsWrite(to: cluster, bound: .seconds(5)) { writers in
      try await standby.succeed(["enable", "maintenance"])
      try await cluster.wait(for: standby, toBe: "maintenance")
      try await cluster.wait(for: primary, toBe: "wait_primary")
      try await writers.acknowledged(by: primary.host)
      try await standby.succeed(["disable", "maintenance"])
      try await cluster.settle(primary: primary, standby: standby)
    }
  }

  @Test(.timeLimit(.minutes(4)))
  func aPrimaryGoesIntoMaintenanceWhenAFailoverIsAllowed() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let refused = try await primary.autoctl(["enable", "maintenance"])
    #expect(refused.status != 0)
    #expect(refused.errorOutput.contains("--allow-failover"))
    try await whileClientsWrite(to: cluster, bound: .seconds(5)) { writers in
      try await primary.succeed(
        ["enable", "maintenance", "--allow-failover"], limit: .seconds(200))
      try await cluster.wait(for: primary, toBe: "maintenance")
      try await cluster.wait(for: standby, toBe: "wait_primary")
      try await writers.acknowledged(by: standby.host)
      try await primary.succeed(["disable", "maintenance"], limit: .seconds(200))
      try await cluster.settle(primary: standby, standby: primary)
    }
  }

  @Test(.timeLimit(.minutes(3)))
  func anyStandbyCanBePromotedByItsName() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let name = try await cluster.status(of: standby).name
    try await cluster.monitor.succeed(["perform", "promotion", "--name", name])
    try await cluster.settle(primary: standby, standby: primary)
  }

  @Test(.timeLimit(.minutes(4)))
  func aNodeThatIsDroppedIsGoneAndTheOtherGoesOnAlone() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    try await standby.succeed(["drop", "node", "--destroy"])
    try await cluster.wait(for: primary, toBe: "single")
    #expect(try await cluster.state().count == 1)
    #expect(try await standby.host.run(["test", "-e", standby.pgdata]).status != 0)
    // It may come back as a new node.
    try await cluster.create(standby)
    try await standby.startKeeper()
    try await cluster.settle(primary: primary, standby: standby)
  }

  /// A node that was away while somebody dropped it for good is told so when it comes back, and what to do.
  @Test(.timeLimit(.minutes(4)))
  func aNodeThatTheMonitorForgotIsToldWhatToDo() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let name = try await cluster.status(of: standby).name
    try await standby.host.powerOff()
    try await cluster.monitor.succeed(["drop", "node", "--name", name, "--force"])
    try await cluster.wait(for: primary, toBe: "single")
    try await standby.host.powerOn()
    let keeper = try await standby.startKeeper()
    #expect(try await keeper.waitForEnd(within: .seconds(60)) == ExitCode.dropped)
    #expect(keeper.log.contains("The monitor does not know this node any more."))
    #expect(keeper.log.contains("Create it again with pg_autoctl create postgres."))
    try await cluster.create(standby)
    try await standby.startKeeper()
    try await cluster.settle(primary: primary, standby: standby)
  }
}
