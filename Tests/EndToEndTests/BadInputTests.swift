import Foundation
import TestSupport
import Testing

/// Bad input: one sentence on what happened, one on what to do, the exit code of the documented table,
/// and nothing half-done.
@Suite(.serialized, .cluster(.twoNodes))
struct BadInputTests {
  private static let pgctl = Paths.pgctl
  private static let monitorURI = "postgres://autoctl_node@ha-demo-monitor/pg_auto_failover"

  private static func create(
    _ changes: [String: String] = [:]
  ) -> [String] {
    let given = [
      "--pgdata": "new", "--pgctl": pgctl, "--hostname": "ha-demo-app", "--auth": "trust",
      "--monitor": monitorURI,
    ].merging(changes) { _, changed in changed }
    return ["create", "postgres", "--no-ssl"]
      + given.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
  }

  static let refusedCreates = [
    Refusal(
      "a pg_ctl that is none", create(["--pgctl": "/bin/true"]),
      status: ExitCode.badArguments, says: ["/bin/true", "--pgctl"]),
    Refusal(
      "a pg_ctl that is not there", create(["--pgctl": "/nowhere/pg_ctl"]),
      status: ExitCode.badArguments, says: ["/nowhere/pg_ctl", "--pgctl"]),
    Refusal(
      "a pg_ctl that is too old", create(["--pgctl": "old/pg_ctl"]),
      status: ExitCode.badArguments, says: ["9.6"]),
    Refusal(
      "a port in use", create(["--pgport": "7000"]),
      status: ExitCode.badArguments, says: ["7000", "in use", "--pgport"]),
    Refusal(
      "a directory that is not ours", create(["--pgdata": "theirs"]),
      status: ExitCode.badArguments, says: ["theirs", "not empty"]),
    Refusal(
      "a monitor's address that cannot be read", create(["--monitor": "postgres://[broken"]),
      status: ExitCode.badArguments, says: ["monitor", "postgres://"]),
    Refusal(
      "a monitor that resolves to nothing",
      create(["--monitor": "postgres://autoctl_node@nowhere.invalid/pg_auto_failover"]),
      status: ExitCode.monitor, says: ["nowhere.invalid"]),
    Refusal(
      "a monitor that refuses connections",
      create(["--monitor": "postgres://autoctl_node@ha-demo-monitor:9/pg_auto_failover"]),
      status: ExitCode.monitor, says: ["ha-demo-monitor", "refused"]),
    Refusal(
      "a monitor that is none", create(["--monitor": "postgres://postgres@ha-demo-a/postgres"]),
      status: ExitCode.monitor, says: ["monitor", "pgautofailover"]),
    Refusal(
      "a wrong password",
      create(["--monitor": "postgres://autoctl_node:secret@ha-demo-monitor/locked"]),
      status: ExitCode.monitor, says: ["password"]),
    Refusal(
      "a name that is taken", create(["--name": "node_1"]),
      status: ExitCode.monitor, says: ["node_1", "--name"]),
    Refusal(
      "a host and port that are taken", create(["--hostname": "ha-demo-a"]),
      status: ExitCode.monitor, says: ["ha-demo-a", "5432"]),
    Refusal(
      "run as root", create(),
      status: ExitCode.badArguments, says: ["root", "user"], asRoot: true),
    Refusal(
      "no choice of authentication",
      ["create", "postgres", "--no-ssl", "--pgdata", "new", "--monitor", monitorURI],
      status: ExitCode.badArguments, says: ["--auth"]),
  ]

  @Test(.timeLimit(.minutes(1)), arguments: refusedCreates)
  func aCreateThatIsRefusedLeavesEverythingAsItWas(refusal: Refusal) async throws {
    let cluster = try Cluster.ofThisTest
    let host = cluster.app
    try await prepare(cluster)
    let before = try await files(of: host)
    let nodes = try await cluster.state().map(\.name)
    try await refusal.check(on: host)
    #expect(try await files(of: host) == before)
    #expect(try await cluster.state().map(\.name) == nodes)
  }

  static let refusedQuestions = [
    Refusal(
      "no data directory", ["show", "state"],
      status: ExitCode.badArguments, says: ["--pgdata", "pgdata"]),
    Refusal(
      "an unknown command", ["conquer", "world"], status: ExitCode.badArguments, says: ["conquer"]),
    Refusal(
      "an unknown formation", ["show", "state", "--formation", "none", "--monitor", monitorURI],
      status: ExitCode.monitor, says: ["none", "formation"]),
    Refusal(
      "an unknown node to promote",
      ["perform", "promotion", "--name", "nobody", "--monitor", monitorURI],
      status: ExitCode.monitor, says: ["nobody", "node_1"]),
    Refusal(
      "an unknown node to drop", ["drop", "node", "--name", "nobody", "--monitor", monitorURI],
      status: ExitCode.monitor, says: ["nobody", "node_1"]),
    Refusal(
      "a directory that nobody created", ["run", "--pgdata", "nothing"],
      status: ExitCode.badArguments, says: ["nothing", "create"]),
  ]

  @Test(.timeLimit(.minutes(1)), arguments: refusedQuestions)
  func aQuestionThatMakesNoSenseIsAnsweredWithAHint(refusal: Refusal) async throws {
    let cluster = try Cluster.ofThisTest
    try await refusal.check(on: cluster.app)
  }

  @Test(.timeLimit(.minutes(1)))
  func aSecondKeeperOnOneDirectoryIsRefused() async throws {
    let cluster = try Cluster.ofThisTest
    let pid = try cluster.a.keeper.pid
    try await Refusal(
      "two keepers", ["run", "--pgdata", cluster.a.pgdata],
      status: ExitCode.badState, says: ["already", "\(pid)"]
    ).check(on: cluster.a.host)
    #expect(!cluster.a.keeper.hasEnded)
  }

  @Test(.timeLimit(.minutes(1)))
  func aTypoInTheConfigurationIsNamedWithFileLineAndKey() async throws {
    let cluster = try Cluster.ofThisTest
    let host = cluster.a.host
    let path = ".config/pg_autoctl\(cluster.a.directory)/pg_autoctl.toml"
    try await host.succeed(["cp", "--preserve", path, "kept.toml"])
    try await host.succeed(["sed", "-i", "s/^port/prot/", path])
    let line = try #require(
      try host.read(path).split(separator: "\n", omittingEmptySubsequences: false)
        .firstIndex { $0.hasPrefix("prot") })
    try await Refusal(
      "a typo", ["show", "state", "--pgdata", cluster.a.pgdata],
      status: ExitCode.badConfiguration, says: ["pg_autoctl.toml", "\(line + 1)", "prot", "port"]
    ).check(on: host)
    try await host.succeed(["cp", "--preserve", "kept.toml", path])
  }

  @Test(.timeLimit(.minutes(2)))
  func aStateFileThatIsCutInHalfIsNotBelieved() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let path = ".local/share/pg_autoctl\(standby.directory)/pg_autoctl.state"
    try await standby.succeed(["stop"])
    try await standby.keeper.waitForEnd()
    try await standby.host.succeed(["cp", "--preserve", path, "kept.state"])
    let size = try standby.host.read(path).utf8.count
    try await standby.host.succeed(["truncate", "--size=\(size / 2)", path])
    try await Refusal(
      "half a state file", ["run", "--pgdata", standby.pgdata],
      status: ExitCode.badState, says: ["pg_autoctl.state", "damaged", "drop node"]
    ).check(on: standby.host)
    try await standby.host.succeed(["cp", "--preserve", "kept.state", path])
    try await standby.startKeeper()
    try await cluster.settle(primary: primary, standby: standby)
  }

  @Test(.timeLimit(.minutes(2)))
  func aFailoverWithoutCandidateIsRefusedWithTheReason() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    try await standby.host.powerOff()
    try await cluster.wait(for: primary, toBe: "wait_primary")
    try await Refusal(
      "nobody to fail over to", ["perform", "failover", "--pgdata", cluster.monitor.pgdata],
      status: ExitCode.monitor, says: ["not possible", "wait_primary"]
    ).check(on: cluster.monitor.host)
    try await standby.host.powerOn()
    try await standby.startKeeper()
    try await cluster.settle(primary: primary, standby: standby)
  }

  @Test(.timeLimit(.minutes(1)))
  func aMonitorWithoutTheExtensionIsRefusedWithThePackageToInstall() async throws {
    let cluster = try Cluster.ofThisTest
    let host = cluster.app
    let share = try await host.succeed(["\(Paths.postgresPrograms)/pg_config", "--sharedir"]).text
    // A view of the installation without our files, on this host only.
    try await host.succeed(["cp", "-r", "\(share)/extension", "bare"])
    try await host.succeed(["sh", "-c", "rm -f bare/pgautofailover*"])
    try await host.succeed(
      ["mount", "--bind", "\(host.home)/bare", "\(share)/extension"], asRoot: true)
    let before = try await files(of: host)
    try await Refusal(
      "no extension",
      ["create", "monitor", "--auth", "trust", "--no-ssl", "--pgdata", "bare-monitor"]
        + ["--pgctl", Self.pgctl],
      status: ExitCode.extensionMissing, says: ["pgautofailover", "make install"]
    ).check(on: host)
    #expect(try await files(of: host) == before)
    try await host.succeed(["umount", "\(share)/extension"], asRoot: true)
  }

  // MARK: What the cases find

  /// The things that the cases speak of, made once.
  private func prepare(_ cluster: Cluster) async throws {
    let host = cluster.app
    guard try await host.run(["test", "-d", "theirs"]).status != 0 else { return }
    try await host.succeed(["sh", "-c", "mkdir old theirs && echo mine >theirs/file"])
    try "#!/bin/sh\necho 'pg_ctl (PostgreSQL) 9.6.24'\n".write(
      toFile: host.home + "/old/pg_ctl", atomically: false, encoding: .utf8)
    try await host.succeed(["chmod", "755", "old/pg_ctl"], asRoot: true)
    let listener = """
      use IO::Socket::INET;
      my $socket = IO::Socket::INET->new(LocalPort => 7000, Listen => 64, ReuseAddr => 1) or die;
      close $_ while $_ = $socket->accept;
      """
    _ = try await host.start("listener", ["perl", "-e", listener])
    // A database of the monitor that asks for a password which nobody knows.
    let hba = cluster.monitor.directory + "/pg_hba.conf"
    try await cluster.monitor.sql("create database locked")
    let rules = try cluster.monitor.host.read(hba)
    try "host locked all all scram-sha-256\n\(rules)".write(
      toFile: hba, atomically: false, encoding: .utf8)
    try await cluster.monitor.sql("select pg_reload_conf()")
  }

  /// Every file of the host's user, but what logs and temporary files there are.
  private func files(of host: VirtualHost) async throws -> [String] {
    try await host.succeed(["find", ".", "-not", "-path", "./.cache*"]).output.lines.sorted()
  }
}
