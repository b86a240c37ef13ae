import Failover
import Glibc
import PostgresClient
import Testing

@testable import ServerControl

@Suite("A server's life", .serialized) struct ServerLifeTests {
  @Test func aNewClusterStartsIsSeenAndStops() async throws {
    try await TestPlace.with { place in
      let node = TestNode.make(1, in: place)
      #expect(await node.server.observe().process == .absent)
      try await node.server.createCluster()
      #expect(await node.server.observe().process == .stopped)
      try await node.server.configure(for: [])
      try await node.server.start(as: .primary)

      let seen = await node.server.observe()
      #expect(seen.process == .running)
      #expect(seen.isInRecovery == false)
      #expect(seen.timeline == 1)
      #expect(seen.position > .unknown)
      #expect(seen.systemIdentifier != nil)
      #expect(seen.problem == nil)
      #expect(try await node.sql("SHOW wal_log_hints") == "on")
      #expect(try await node.sql("SHOW data_checksums") == "on")

      try await node.server.stop()
      let stopped = await node.server.observe()
      #expect(stopped.process == .stopped)
      #expect(stopped.systemIdentifier == seen.systemIdentifier)
      #expect(stopped.timeline == 1)
      #expect(stopped.position >= seen.position)
      // Once more does no harm.
      try await node.server.stop()
      try await node.server.createCluster()
      #expect(await node.server.observe().systemIdentifier == seen.systemIdentifier)
    }
  }

  @Test func theServerLivesInItsOwnSession() async throws {
    try await TestPlace.with { place in
      let node = TestNode.make(1, in: place)
      try await node.becomePrimary()
      let id = try #require(node.postmaster?.id)
      #expect(getsid(id) != getsid(0))
      #expect(getpgid(id) != getpgrp())
    }
  }

  /// Each takes what the one before has left, as new; and nothing is left for long.
  @Test func actionsInARowShareAConnection() async throws {
    try await TestPlace.with { place in
      let node = TestNode.make(1, in: place)
      try await node.becomePrimary()
      func ask(_ question: String, isNew: Bool = false) async throws -> String {
        try await node.server.withConnection(isNew: isNew) { connection throws(ServerError) in
          try await connection.value(question, atMost: .seconds(10))
        }
      }
      let own = "SELECT pg_backend_pid()"
      let first = try await ask(own)
      _ = try await ask("SET work_mem = '1MB'")
      #expect(try await ask(own) == first)
      #expect(try await ask("SHOW work_mem") != "1MB")
      #expect(try await ask(own, isNew: true) != first)
      // One whose session has ended is no use.
      #expect(try await ask("SELECT pg_terminate_backend(\(first), 5000)", isNew: true) == "t")
      let second = try await ask(own)
      #expect(second != first)
      try await until("it is closed") {
        let isOpen = "SELECT count(*) FROM pg_stat_activity WHERE pid = \(second)"
        return try await ask(isOpen, isNew: true) == "0"
      }
      // Nor is that of a server that was started anew.
      _ = try await ask(own)
      try await node.server.stop()
      try await node.server.start(as: .primary)
      #expect(try await ask("SELECT 1") == "1")
    }
  }

  @Test func theEndOfAKilledServerIsKnownAtOnceAndItStartsAgain() async throws {
    try await TestPlace.with { place in
      let node = TestNode.make(1, in: place)
      try await node.becomePrimary()
      try await node.sql("CREATE TABLE kept AS SELECT 1 AS n")
      let id = try #require(node.postmaster?.id)
      async let end = ContinuousClock.now(after: node.server.waitForExit)
      try await pausing(for: .milliseconds(100))
      let killed = ContinuousClock.now
      kill(id, SIGKILL)
      #expect(await end - killed < .milliseconds(500))
      // Nobody knows where its log ends.
      #expect(await node.server.observe().position == .unknown)
      // The processes of the dead server are gone before a new one starts.
      try await node.server.start(as: .primary)
      #expect(await node.server.observe().process == .running)
      #expect(try await node.sql("SELECT n FROM kept") == "1")
      // Without a server there is nothing to wait for.
      try await node.server.stop()
      await node.server.waitForExit()
    }
  }

  @Test func waitingForTheEndStopsWithItsTask() async throws {
    try await TestPlace.with { place in
      let node = TestNode.make(1, in: place)
      try await node.becomePrimary()
      let waiting = Task { await node.server.waitForExit() }
      try await pausing(for: .milliseconds(50))
      waiting.cancel()
      await waiting.value
      #expect(await node.server.observe().process == .running)
    }
  }

  @Test func aServerStoppedByASignalDoesNotCountAsRunningAndCanBeStopped() async throws {
    try await TestPlace.with { place in
      let node = TestNode.make(1, in: place)
      try await node.becomePrimary()
      let id = try #require(node.postmaster?.id)
      kill(id, SIGSTOP)
      try await until("the signal has arrived") { node.postmaster?.isStopped == true }
      let seen = await node.server.observe()
      #expect(seen.process == .unresponsive)
      #expect(seen.problem?.contains("stopped by a signal") == true)
      try await node.server.stop()
      #expect(await node.server.observe().process == .stopped)
      #expect(ProcessTable.servers(in: node.directory).isEmpty)
      try await node.server.start(as: .primary)
      #expect(await node.server.observe().process == .running)
    }
  }

  @Test func aSilentServerIsUnresponsiveWithinTheLimit() async throws {
    try await TestPlace.with { place in
      let node = TestNode.make(1, in: place)
      try await node.becomePrimary()
      try await node.server.withConnection { connection throws(ServerError) in
        try await connection.run("BEGIN", atMost: .seconds(10))
        // Whoever connects looks up a role.
        try await connection.run("LOCK pg_authid IN ACCESS EXCLUSIVE MODE", atMost: .seconds(10))
        let start = ContinuousClock.now
        #expect(await node.server.observe().process == .unresponsive)
        #expect(ContinuousClock.now - start < .seconds(30))
        try await connection.run("ROLLBACK", atMost: .seconds(10))
      }
      #expect(await node.server.observe().process == .running)
    }
  }

  @Test func aSessionThatStandsStillIsNoSilentServer() async throws {
    try await TestPlace.with { place in
      let node = TestNode.make(1, in: place)
      try await node.becomePrimary()
      #expect(await node.server.observe().process == .running)
      let session = try await node.sql(
        "SELECT pid FROM pg_stat_activity WHERE query LIKE '%receiver_silence%' AND pid <> pg_backend_pid()"
      )
      kill(try #require(pid_t(session)), SIGSTOP)
      #expect(await node.server.observe().process == .running)
      kill(try #require(pid_t(session)), SIGKILL)
    }
  }

  @Test func aFileLeftByAnotherBootIsNoServer() async throws {
    try await TestPlace.with { place in
      let node = TestNode.make(1, in: place)
      try await node.becomePrimary()
      let file = Postmaster.file(in: node.directory)
      let text = try #require(try DurableFiles.text(file))
      try await node.server.stop()
      // The number belongs to this very program now.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
      try DurableFiles.keep(file, as: (["\(getpid())"] + lines).joined(separator: "\n"))
      #expect(await node.server.observe().process == .stopped)
      try await node.server.stop()
      try await node.server.start(as: .primary)
      #expect(await node.server.observe().process == .running)
    }
  }

  @Test func aServerThatCannotStartSaysWhyAtOnce() async throws {
    try await TestPlace.with { place in
      let node = TestNode.make(1, in: place)
      try await node.server.createCluster()
      try await node.server.configure(for: [])
      let path = node.directory + "/postgresql.conf"
      let content = try #require(try DurableFiles.text(path))
      try DurableFiles.keep(path, as: content + "work_mem = 'nonsense'\n")
      let start = ContinuousClock.now
      let error = try await failure { try await node.server.start(as: .primary) }
      #expect(ContinuousClock.now - start < .seconds(30))
      #expect(error.code == .programFailed)
      #expect(error.message.contains("configuration file"))
      #expect(await node.server.observe().problem?.contains("configuration file") == true)
      try DurableFiles.keep(path, as: content)
      try await node.server.start(as: .primary)
      #expect(await node.server.observe().problem == nil)
    }
  }

  @Test func aFullDiskIsNamedAndTheServerStartsOnceThereIsSpace() async throws {
    try await TestPlace.with { place in
      // Only root can make a small file system; anybody can read the message.
      guard geteuid() == 0 else {
        #expect(ServerLog.tellsOfFullDisk("FATAL:  could not write: No space left on device"))
        return
      }
      let disk = place.path + "/disk"
      mkdir(disk, 0o755)
      #expect(mount("tmpfs", disk, "tmpfs", 0, "size=120m") == 0)
      defer { umount2(disk, Int32(MNT_DETACH)) }
      let owner = try #require(getpwnam(TestPlace.user))
      chown(disk, owner.pointee.pw_uid, owner.pointee.pw_gid)
      let node = TestNode.make(1, in: place) { $0.dataDirectory = disk + "/node1" }
      try await node.becomePrimary()
      try await node.server.stop()
      let filler = open(disk + "/bigfile", O_WRONLY | O_CREAT, 0o644)
      let block = [UInt8](repeating: 1, count: 1 << 20)
      while write(filler, block, block.count) > 0 {}
      close(filler)

      let error = try await failure { try await node.server.start(as: .primary) }
      #expect(error.code == .diskFull)
      #expect(await node.server.observe().problem?.contains("No space left on device") == true)
      unlink(disk + "/bigfile")
      try await node.server.start(as: .primary)
      #expect(await node.server.observe().process == .running)
      try await node.server.stop()
    }
  }
}

extension ContinuousClock {
  /// The time at which something has ended.
  static func now(after work: @Sendable () async -> Void) async -> Instant {
    await work()
    return now
  }
}
