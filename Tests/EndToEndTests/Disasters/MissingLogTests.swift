import TestSupport
import Testing

extension DisasterTests {
  /// `wal-missing.md`.
  @Suite struct MissingLog {
    @Test(.timeLimit(.minutes(8)))
    func aServerWithoutItsLogIsCopiedAnew() async throws {
      let cluster = try Cluster.ofThisTest
      try await cluster.groupOfThePages()
      let page = try Page("wal-missing", for: cluster)
      let (a, b, c) = (cluster.a, cluster.b, cluster.nodes[2])
      try await cluster.keep(1000, in: "logged", on: [a, b, c])
      var directory = try await c.identityOfDirectory
      func isCopied(_ node: Node) async throws {
        let copy = try await node.identityOfDirectory
        #expect(copy != directory)
        directory = copy
      }

      tell("C has no log any more")
      try await c.host.powerOff()
      try await c.removeLog()
      try await c.host.powerOn()
      try await c.startKeeper()
      try await page.follow("WAL was deleted on a standby")
      try await cluster.takesOneMoreRow(in: "logged")
      try await cluster.holds(1001, in: "logged", on: [a, b, c])
      #expect(try await c.identityOfDirectory == directory)

      tell("C has no log any more, and A has not kept what C begins with")
      try await a.set("wal_keep_size", to: "0")
      try await cluster.takesOneMoreRow(in: "logged")
      try await a.fillFilesOfLog()
      try await cluster.holds(1006, in: "logged", on: [a, b, c])
      try await a.sql("checkpoint")
      try await c.host.powerOff()
      try await c.removeLog()
      try await c.host.powerOn()
      try await c.startKeeper()
      // Its server waits for a minute before its keeper gives up.
      try await eventually("C is copied anew", within: .seconds(150)) { [directory] in
        let copy = try await c.identityOfDirectory
        guard copy != directory else { throw NotYet(copy) }
      }
      try await isCopied(c)
      try await page.follow("WAL was deleted on a standby")

      tell("C was away for so long that its slot is given up")
      try await c.host.powerOff()
      try await a.set("max_slot_wal_keep_size", to: "1MB")
      try await cluster.takesOneMoreRow(in: "logged")
      try await a.fillFilesOfLog()
      try await a.sql("checkpoint")
      try await c.host.powerOn()
      try await page.follow("A standby was away too long")
      try await isCopied(c)
      try await a.set("wal_keep_size", to: nil)
      try await a.set("max_slot_wal_keep_size", to: nil)

      tell("A lacks all of its log but what it writes")
      try await a.removeLog(except: try await a.sql("select pg_walfile_name(pg_current_wal_lsn())"))
      try await page.follow("WAL was deleted on the primary")
      try await cluster.groupOfThePages()

      tell("A has no log any more, and crashes")
      directory = try await a.identityOfDirectory
      let crashed = try a.postmaster
      try await a.removeLog()
      try await a.host.succeed(["kill", "-KILL", "\(crashed)"])
      let leader = try await cluster.leader(among: [b, c])
      try await page.follow("The primary crashed, and its WAL is gone")
      try await isCopied(a)

      let standby = leader === c ? b : c
      try await cluster.settle(primary: leader, standbys: [a, standby])
      if leader === c {
        try await cluster.monitor.succeed(["perform", "promotion", "--name", "node_2"])
      }
      try await page.follow("When a node is not copied anew")
      try await page.follow("Back to full strength")
      try await cluster.settle(primary: b, standbys: [a, c])
      page.expectFollowedToTheEnd()
      try await cluster.holds(1011, in: "logged", on: [a, b, c])
    }
  }
}

extension Node {
  /// Writes four rows, each to a file of its own of the log.
  fileprivate func fillFilesOfLog() async throws {
    for _ in 1...4 {
      try await sql("insert into logged select max(number) + 1 from logged")
      try await sql("select pg_switch_wal()")
    }
  }

  /// Somebody who needed room has removed what he took for logs.
  fileprivate func removeLog(except file: String = "") async throws {
    let words = ["-maxdepth", "1", "-type", "f", "!", "-name", file, "-delete"]
    try await Command.succeed(["find", directory + "/pg_wal"] + words)
  }
}
