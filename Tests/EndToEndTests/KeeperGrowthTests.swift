import TestSupport
import Testing

/// Keepers that do an hour's rounds within a minute.
@Suite(.serialized, .cluster(.twoNodes))
struct KeeperGrowthTests {
  @Test(.timeLimit(.minutes(12)))
  func anHourOfRoundsTakesNoMemory() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    try cluster.network.install(program: "hasty-keeper", from: Paths.hastyKeeper)
    var keepers: [String: BackgroundProcess] = [:]
    for node in [standby, primary] {
      try await node.keeper.signal("KILL")
      try await node.keeper.waitForEnd()
      let name = try await cluster.status(of: node).name
      keepers[name] = try await node.host.start(
        "hasty-\(name)", ["hasty-keeper", "run", "--pgdata", node.pgdata])
    }
    // What it needs it has after a quarter of an hour.
    let first = try await memory(of: keepers, after: 900, cluster)
    let last = try await memory(of: keepers, after: 4500, cluster)
    tell("after a quarter of an hour \(first) kB, after an hour more \(last) kB")
    for (name, kilobytes) in last { #expect(kilobytes - first[name, default: 0] < 1000) }
  }

  /// The memory of the keepers that is no page of a file, in kB, once each has reported so often.
  private func memory(
    of keepers: [String: BackgroundProcess], after count: Int, _ cluster: Cluster
  ) async throws -> [String: Int] {
    try await eventually("\(count) reports of each", within: .seconds(300)) {
      // Reports are numbered in the lower half, from the start of the keeper on.
      let text = try await cluster.monitor.sql(
        "select min(reportnumber & 4294967295) from pgautofailover.node_report",
        database: "pg_auto_failover")
      guard let number = Int(text), number >= count else { throw NotYet(text) }
    }
    var memory: [String: Int] = [:]
    for (name, keeper) in keepers {
      let own = try await keeper.host.succeed([
        "awk", "/^Anonymous:/ { print $2 }", "/proc/\(try keeper.pid)/smaps_rollup",
      ])
      guard let kilobytes = Int(own.text) else { throw Hopeless(own.output) }
      memory[name] = kilobytes
    }
    return memory
  }
}
