import Foundation
import TestSupport
import Testing

/// A pooler holds its clients back while the primary's role changes hands: they wait, and none fails.
@Suite(.serialized, .cluster(.twoNodes))
struct PoolerTests {
  @Test(.timeLimit(.minutes(3)))
  func noClientOfAPoolerSeesASwitchover() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let pooler = Pooler(host: cluster.app)
    try await pooler.start(to: primary)
    try await pooler.host.succeed(
      ["pgbench", "-q", "-i", "-s", "1", pooler.target], limit: .seconds(60))

    let bench = try await pooler.host.start(
      "pgbench",
      ["pgbench", "-n", "-c", "8", "-T", "20", "-P", "1", "--failures-detailed", pooler.target])
    try await pooler.clientsWork(bench)
    tell("a switchover under pgbench")
    try await cluster.app.succeed(["pg_autoctl", "perform", "switchover"] + pooler.words(cluster))
    try await cluster.settle(primary: standby, standby: primary)
    tell("a promotion back")
    try await cluster.app.succeed(
      ["pg_autoctl", "perform", "promotion", "--name", cluster.status(of: primary).name]
        + pooler.words(cluster))
    try await cluster.settle(primary: primary, standby: standby)
    #expect(try await bench.waitForEnd(within: .seconds(60)) == 0, "\(bench.log)")
    #expect(bench.log.contains("number of failed transactions: 0 (0.000%)"), "\(bench.log)")
    #expect(!bench.log.contains("ERROR") && !bench.log.contains("FATAL"), "\(bench.log)")
  }

  /// Whoever waits is let go on: nothing was asked for when the pause fails, and a refusal ends it.
  @Test(.timeLimit(.minutes(2)))
  func clientsGoOnWhateverComesOfIt() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    func switchover(pause: String, _ number: Int) async throws -> CommandOutcome {
      let outcome = try await cluster.app.run(
        ["pg_autoctl", "perform", "switchover", "--monitor", cluster.monitorURI]
          + [
            "--pause-command", pause, "--resume-command",
            "env >\(cluster.app.home)/resumed-\(number)",
          ])
      let resumed = try cluster.app.read("resumed-\(number)")
      #expect(resumed.contains("PG_AUTOCTL_PRIMARY_HOST=\(primary.host.name)\n"))
      try await cluster.settle(primary: primary, standby: standby)
      return outcome
    }
    let failed = try await switchover(pause: "echo the pooler is away; exit 3", 1)
    #expect(failed.status == ExitCode.server)
    #expect(failed.errorOutput.contains("the pooler is away"), "\(failed.errorOutput)")
    tell("a person interrupts it")
    let interrupted = try await cluster.app.start(
      "interrupted",
      ["pg_autoctl", "perform", "switchover", "--monitor", cluster.monitorURI]
        + ["--pause-command", "touch \(cluster.app.home)/paused; sleep 60"]
        + ["--resume-command", "env >\(cluster.app.home)/resumed-3"])
    try await eventually("the pause to begin") { _ = try cluster.app.read("paused") }
    try await interrupted.signal("INT")
    #expect(try await interrupted.waitForEnd() == ExitCode.monitor, "\(interrupted.log)")
    #expect(
      try cluster.app.read("resumed-3").contains(
        "PG_AUTOCTL_PRIMARY_HOST=\(primary.host.name)\n"))
    try await cluster.settle(primary: primary, standby: standby)
    try await cluster.monitor.succeed(
      ["set", "node", "candidate-priority", "0", "--name", cluster.status(of: standby).name])
    let refused = try await switchover(pause: "true", 2)
    #expect(refused.status == ExitCode.monitor, "\(refused.errorOutput)")
    try await cluster.monitor.succeed(
      ["set", "node", "candidate-priority", "50", "--name", cluster.status(of: standby).name])
  }
}

/// PgBouncer on a host, with a database `app` that a file names.
struct Pooler {
  let host: VirtualHost
  let target = "host=127.0.0.1 port=6432 dbname=app user=postgres"

  /// Starts it, before this primary.
  func start(to primary: Node) async throws {
    try await host.write(database(primary.host.name, primary.port), to: "database.ini")
    try await host.write(#""postgres" """#, to: "users.txt")
    try await host.write(
      """
      %include \(host.home)/database.ini
      [pgbouncer]
      listen_addr = 127.0.0.1
      unix_socket_dir =
      auth_type = trust
      auth_file = \(host.home)/users.txt
      admin_users = postgres
      pool_mode = transaction
      server_login_retry = 1
      """, to: "pgbouncer.ini")
    _ = try await host.start("pgbouncer", ["/usr/sbin/pgbouncer", "\(host.home)/pgbouncer.ini"])
    try await eventually("PgBouncer to answer") {
      try await host.succeed(["psql", "-Xwc", "select 1", target])
    }
  }

  /// The options that have the tool pause and resume it.
  func words(_ cluster: Cluster) -> [String] {
    let admin = "psql -Xwq -v ON_ERROR_STOP=1 -h 127.0.0.1 -p 6432 -U postgres pgbouncer"
    let database = database("$PG_AUTOCTL_PRIMARY_HOST", "$PG_AUTOCTL_PRIMARY_PORT")
    let file = host.home + "/database.ini"
    return [
      "--monitor", cluster.monitorURI, "--pause-command", "\(admin) -c PAUSE",
      "--resume-command", "echo \"\(database)\" >\(file) && \(admin) -c RELOAD -c RESUME",
    ]
  }

  /// Waits until the clients of pgbench get through.
  func clientsWork(_ bench: BackgroundProcess) async throws {
    try await eventually("pgbench to make progress") {
      guard bench.log.contains("progress: 2") else { throw NotYet(bench.log) }
    }
  }

  private func database(_ host: String, _ port: some CustomStringConvertible) -> String {
    "[databases]\napp = host=\(host) port=\(port) dbname=postgres"
  }
}
