import Failover
import Glibc
import Testing

@testable import ServerControl

@Suite("Replication between two servers", .serialized) struct ReplicationTests {
  @Test func aCopiedStandbyStreamsAndBothSidesSeeIt() async throws {
    try await withPair { primary, standby in
      try await primary.sql("CREATE TABLE story AS SELECT generate_series(1, 1000) AS n")
      try await standby.waitUntilCaughtUp(with: primary)
      #expect(try await standby.sql("SELECT count(*) FROM story") == "1000")

      let seen = await standby.server.observe()
      #expect(seen.process == .running)
      #expect(seen.isInRecovery == true)
      #expect(seen.timeline == 1)
      #expect(seen.receiver?.host == "127.0.0.1")
      #expect(seen.receiver?.port == primary.member.port)
      #expect(seen.receiver?.isStreaming == true)
      #expect(try #require(seen.receiver).silence < .seconds(3))

      let others = await primary.server.observe().standbys
      #expect(others.map(\.name) == [standby.member.slotName])
      #expect(others.first?.syncState == "async")
      try await until("the standby has answered once more") {
        let reply = await primary.server.observe().standbys.first?.lastReply
        return reply != nil && reply != others.first?.lastReply
      }
      // The copy took the place of nothing and left nothing beside it.
      let beside = try #require(
        try DurableFiles.entries(of: DurableFiles.parent(of: standby.directory)))
      #expect(!beside.contains { $0.contains("autoctl_") })
      // The role file holds the connection and is for its owner only.
      var status = stat()
      #expect(stat(RoleFile.path(in: standby.directory), &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
    }
  }

  @Test func aCompletedCopyIsNotTakenAgain() async throws {
    try await withPair(standbyRuns: false) { primary, standby in
      let before = DurableFiles.identity(of: standby.directory)
      try await standby.server.clone(
        from: primary.member, slot: standby.member.slotName, progress: { _ in })
      #expect(DurableFiles.identity(of: standby.directory) == before)
      try await standby.server.start(as: .standby)
      try await primary.waitUntilStreams(to: standby)
    }
  }

  @Test func standbyNamesComeIntoForceAndAreConfirmed() async throws {
    try await withPair { primary, standby in
      let names = "ANY 1 (\(standby.member.slotName))"
      try await primary.server.setStandbyNames(names)
      #expect(await primary.server.observe().standbyNames == names)
      try await primary.server.confirmStandbyNames(names)
      try await until("the standby counts") { await primary.server.observe().syncState == "quorum" }
      // They hold after a restart, and on a stopped server.
      try await primary.server.stop()
      try await primary.server.start(as: .primary)
      #expect(await primary.server.observe().standbyNames == names)
      try await primary.server.stop()
      try await primary.server.setStandbyNames("")
      try await primary.server.start(as: .primary)
      #expect(await primary.server.observe().standbyNames == "")
    }
  }

  @Test func namesOfAStandbyThatIsAwayAreNotConfirmed() async throws {
    var limits = TestPlace.limits
    limits.confirmation = .milliseconds(700)
    try await withPair(limits: limits) { primary, standby in
      try await standby.server.stop()
      let names = "ANY 1 (\(standby.member.slotName))"
      try await primary.server.setStandbyNames(names)
      let error = try await failure { try await primary.server.confirmStandbyNames(names) }
      #expect(error.code == .timedOut)
      // A commit that waits goes on when the primary may run alone, and nobody cancels it.
      async let commit: Void = primary.commit("CREATE TABLE waited AS SELECT 1 AS n")
      try await until("the commit waits") {
        try await primary.sql(
          "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'") == "1"
      }
      try await primary.server.setStandbyNames("")
      try await commit
      #expect(try await primary.sql("SELECT n FROM waited") == "1")
    }
  }

  @Test func aStandbyWhoseReplayWasPausedDetachesAndTakesOver() async throws {
    try await withPair { primary, standby in
      try await standby.sql("SELECT pg_wal_replay_pause()::text")
      try await primary.sql("CREATE TABLE before AS SELECT 1 AS n")
      try await standby.server.detach()
      #expect(await standby.server.observe().receiver == nil)
      try await standby.server.promote()
      #expect(try await standby.sql("SELECT n FROM before") == "1")
    }
  }

  @Test func aDetachedStandbyReceivesNothingAlsoAfterARestart() async throws {
    try await withPair { primary, standby in
      try await primary.sql("CREATE TABLE before AS SELECT 1 AS n")
      try await standby.server.detach()
      let seen = await standby.server.observe()
      #expect(seen.receiver == nil)
      #expect(seen.isInRecovery == true)
      try await primary.sql("CREATE TABLE after AS SELECT 1 AS n")
      try await standby.server.stop()
      try await standby.server.start(as: .detachedStandby)
      try await standby.server.detach()
      #expect(await standby.server.observe().receiver == nil)
      #expect(try await standby.sql("SELECT to_regclass('after')::text") == "")
      // The same when it is killed and somebody starts it as it lies.
      let id = try #require(standby.postmaster?.id)
      kill(id, SIGKILL)
      try await standby.server.start(as: .standby)
      #expect(await standby.server.observe().receiver == nil)
      // And it can be pointed at the primary again.
      try await standby.server.follow(primary.member, slot: standby.member.slotName)
      try await primary.waitUntilStreams(to: standby)
      try await standby.waitUntilCaughtUp(with: primary)
      #expect(try await standby.sql("SELECT n FROM after") == "1")
    }
  }

  @Test func aPromotedStandbyTakesWritesOnANewTimeline() async throws {
    try await withPair { primary, standby in
      try await primary.server.stop()
      try await standby.server.detach()
      try await standby.server.promote()
      let seen = await standby.server.observe()
      #expect(seen.isInRecovery == false)
      #expect(seen.timeline == 2)
      try await standby.sql("CREATE TABLE new AS SELECT 1 AS n")
      #expect(try RoleFile.read(in: standby.directory).primaryConnection == "")
      // Once more does no harm, and a restart keeps it a primary.
      try await standby.server.promote()
      try await standby.server.stop()
      try await standby.server.start(as: .primary)
      #expect(await standby.server.observe().isInRecovery == false)
      #expect(await standby.server.observe().timeline == 2)
    }
  }

  @Test func aStandbysDirectoryIsNeverMadeAPrimarysByARemovedFile() async throws {
    try await withPair { primary, standby in
      try await primary.server.stop()
      try await standby.server.stop()
      // Started as a primary it is promoted: a timeline of its own.
      try await standby.server.start(as: .primary)
      #expect(await standby.server.observe().isInRecovery == false)
      #expect(await standby.server.observe().timeline == 2)
    }
  }

  @Test func slotsFollowTheMembers() async throws {
    try await withPair { primary, standby in
      let third = GroupMember(id: 33, name: "third", host: "127.0.0.1", port: 1)
      try await primary.sql("SELECT pg_create_physical_replication_slot('somebody_elses')")
      try await primary.server.maintainSlots(for: [standby.member, third], isPrimary: true)
      #expect(
        try await slots(of: primary)
          == "pgautofailover_standby_2,pgautofailover_standby_33,somebody_elses")
      try await primary.server.maintainSlots(for: [standby.member], isPrimary: true)
      #expect(try await slots(of: primary) == "pgautofailover_standby_2,somebody_elses")
      // One in use is left alone, even when its node is gone.
      try await primary.server.maintainSlots(for: [], isPrimary: true)
      #expect(try await slots(of: primary) == "pgautofailover_standby_2,somebody_elses")

      var other = primary.member
      try await standby.server.maintainSlots(for: [other], isPrimary: false)
      let before = try await standby.sql("SELECT restart_lsn FROM pg_replication_slots")
      try await primary.sql("CREATE TABLE bulk AS SELECT generate_series(1, 1000) AS n")
      try await standby.waitUntilCaughtUp(with: primary)
      other.position = await primary.server.observe().position
      try await standby.server.maintainSlots(for: [other], isPrimary: false)
      #expect(
        try await standby.sql("SELECT restart_lsn > '\(before)' FROM pg_replication_slots") == "t")
    }
  }

  private func slots(of node: TestNode) async throws -> String {
    try await node.sql(
      "SELECT string_agg(slot_name, ',' ORDER BY slot_name) FROM pg_replication_slots")
  }
}

/// Tells a story of a primary and its standby.
func withPair(
  limits: ServerLimits = TestPlace.limits, standbyRuns: Bool = true,
  changing change: @escaping (inout ServerSettings) -> Void = { _ in },
  _ story: (TestNode, TestNode) async throws -> Void
) async throws {
  try await TestPlace.with { place in
    let primary = TestNode.make(1, in: place, limits: limits, changing: change)
    let standby = TestNode.make(2, in: place, limits: limits, changing: change)
    try await primary.becomePrimary(of: [standby])
    if standbyRuns {
      try await standby.becomeStandby(of: primary)
    } else {
      try await standby.server.clone(
        from: primary.member, slot: standby.member.slotName, progress: { _ in })
    }
    try await story(primary, standby)
  }
}
