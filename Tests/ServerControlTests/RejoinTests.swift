import Failover
import Glibc
import Testing

@testable import ServerControl

@Suite("The way back to the primary", .serialized) struct RejoinTests {
  @Test func afterASwitchoverAPlainStartDoes() async throws {
    try await withPair { old, new in
      try await old.sql("CREATE TABLE story AS SELECT 1 AS n")
      try await switchOver(from: old, to: new)
      try await new.sql("INSERT INTO story VALUES (2)")
      #expect(try await rejoin(old, to: new) == .plainStart)
      try await old.waitUntilCaughtUp(with: new)
      #expect(try await old.sql("SELECT count(*) FROM story") == "2")
      let seen = await old.server.observe()
      #expect(seen.isInRecovery == true)
      #expect(seen.timeline == 2)
      // Called again it sees that it is there already.
      #expect(try await rejoin(old, to: new) == .plainStart)
      // And back.
      try await switchOver(from: new, to: old)
      #expect(try await rejoin(new, to: old) == .plainStart)
      #expect(await old.server.observe().timeline == 3)
    }
  }

  @Test func aKilledPrimaryWhoseLogIsAllThereStartsPlainly() async throws {
    try await withPair { old, new in
      try await old.sql("CREATE TABLE story AS SELECT 1 AS n")
      try await new.waitUntilCaughtUp(with: old)
      kill(try #require(old.postmaster?.id), SIGKILL)
      try await new.server.detach()
      try await new.server.promote()
      #expect(try await rejoin(old, to: new) != .baseBackup)
      try await old.waitUntilCaughtUp(with: new)
      #expect(try await old.sql("SELECT count(*) FROM story") == "1")
    }
  }

  @Test func aPrimaryThatWroteOnIsRewound() async throws {
    try await withPair { old, new in
      try await old.sql("CREATE TABLE story AS SELECT 1 AS n")
      try await diverge(old, from: new)
      let own = old.directory + "/postgresql.conf"
      let content = try #require(try DurableFiles.text(own))
      try DurableFiles.keep(own, as: "# mine\n" + content)
      #expect(try await rejoin(old, to: new) == .rewind)
      try await old.waitUntilCaughtUp(with: new)
      #expect(try await old.sql("SELECT string_agg(n::text, ',' ORDER BY n) FROM story") == "1,3")
      #expect(await old.server.observe().isInRecovery == true)
      // Its configuration is its own, not the new primary's.
      #expect(try DurableFiles.text(own)?.contains("# mine") == true)
      #expect(try await old.sql("SHOW port") == String(old.member.port))
      #expect(!old.server.rejoining.exists)
    }
  }

  @Test func theMarkerOfARewindTakesNothingElseAlong() async throws {
    try await TestPlace.with { place in
      let (data, shared) = (place.path + "/data", place.path + "/shared")
      try DurableFiles.makeDirectory(data)
      try DurableFiles.makeDirectory(shared)
      // The keeper's state lies where the marker is kept.
      try DurableFiles.keep(shared + "/pg_autoctl.state", as: "{}")
      try DurableFiles.keep(data + "/postgresql.conf", as: "# mine")
      let marker = RejoinMarker(directory: data, place: shared)
      try marker.end()
      try marker.begin()
      #expect(marker.exists)
      try DurableFiles.keep(data + "/postgresql.conf", as: "# the primary's")
      try marker.restoreConfiguration(into: data)
      try marker.end()
      #expect(!marker.exists)
      #expect(try DurableFiles.text(data + "/postgresql.conf") == "# mine")
      #expect(try DurableFiles.text(shared + "/pg_autoctl.state") == "{}")
    }
  }

  @Test func aHalfRewoundDirectoryIsNotStartedAndIsTakenUpAgain() async throws {
    try await withPair { old, new in
      try await old.sql("CREATE TABLE story AS SELECT 1 AS n")
      try await diverge(old, from: new)
      try await old.server.stop()
      // As if the keeper had been killed in the middle of it.
      try old.server.rejoining.begin()
      let error = try await failure { try await old.server.start(as: .primary) }
      #expect(error.message.contains("half rewound"))
      #expect(old.postmaster == nil)
      #expect(try await rejoin(old, to: new) == .rewind)
      try await old.waitUntilCaughtUp(with: new)
      #expect(try await old.sql("SELECT string_agg(n::text, ',' ORDER BY n) FROM story") == "1,3")
    }
  }

  @Test func aRewindThatWasCutShortAtItsEndIsReplacedByACopy() async throws {
    try await withPair { old, new in
      try await old.sql("CREATE TABLE story AS SELECT 1 AS n")
      try await diverge(old, from: new)
      // What is there was not stopped in order: half of it may be the new primary's.
      kill(try #require(old.postmaster?.id), SIGKILL)
      try await until("the server has ended") { old.postmaster == nil }
      try old.server.rejoining.begin()
      #expect(try await rejoin(old, to: new) == .baseBackup)
      try await old.waitUntilCaughtUp(with: new)
      #expect(try await old.sql("SELECT string_agg(n::text, ',' ORDER BY n) FROM story") == "1,3")
      #expect(try await old.sql("SHOW port") == String(old.member.port))
      #expect(!old.server.rejoining.exists)
    }
  }

  @Test func tablespacesAreCopiedBesideWhatIsThereAndTheirOldOnesRemoved() async throws {
    try await TestPlace.with { place in
      let primary = TestNode.make(1, in: place)
      let standby = TestNode.make(2, in: place)
      let space = place.path + "/space"
      try DurableFiles.makeDirectory(space)
      try await primary.becomePrimary(of: [standby])
      try await primary.sql("CREATE TABLESPACE side LOCATION '\(space)'")
      try await primary.sql("CREATE TABLE story TABLESPACE side AS SELECT 1 AS n")
      try await standby.becomeStandby(of: primary)
      #expect(try Tablespaces.locations(of: standby.directory) == [space + ".autoctl_1"])
      try await standby.waitUntilCaughtUp(with: primary)
      #expect(try await standby.sql("SELECT n FROM story") == "1")
      // A second copy lies beside the first until it has taken its place.
      kill(try #require(standby.postmaster?.id), SIGKILL)
      try await until("the server has ended") { standby.postmaster == nil }
      try standby.server.rejoining.begin()
      #expect(try await rejoin(standby, to: primary) == .baseBackup)
      #expect(try Tablespaces.locations(of: standby.directory) == [space + ".autoctl_2"])
      #expect(try DurableFiles.entries(of: space + ".autoctl_1") == [])
      #expect(try await standby.sql("SELECT n FROM story") == "1")
      #expect(try await primary.sql("SELECT n FROM story") == "1")
    }
  }

  @Test func whenTheWALIsGoneThePrimaryIsCopied() async throws {
    // Nothing is kept but what slots hold, and the old primary has none on the new one.
    let scarce = { (settings: inout ServerSettings) in
      settings.additionalSettings["wal_keep_size"] = "0"
      settings.additionalSettings["max_wal_size"] = "32MB"
      settings.additionalSettings["min_wal_size"] = "32MB"
    }
    try await withPair(changing: scarce) { old, new in
      try await old.sql("CREATE TABLE story AS SELECT 1 AS n")
      try await switchOver(from: old, to: new)
      for _ in 1...4 {
        try await new.sql("SELECT pg_switch_wal() FROM (SELECT txid_current()) AS t")
        try await new.sql("INSERT INTO story SELECT 2")
        try await new.sql("CHECKPOINT")
      }
      let before = DurableFiles.identity(of: old.directory)
      #expect(try await rejoin(old, to: new) == .baseBackup)
      #expect(DurableFiles.identity(of: old.directory) != before)
      try await old.waitUntilCaughtUp(with: new)
      #expect(try await old.sql("SELECT count(*) FROM story") == "5")
      #expect(await old.server.observe().isInRecovery == true)
      #expect(!DurableFiles.exists(old.directory + ".autoctl_old"))
    }
  }

  /// Its recovery waits for WAL that the primary sends, as long as it has it.
  @Test(arguments: [("1GB", ""), ("0", ""), ("0", "false")])
  func aStandbyWithoutItsLogGetsItOrIsCopied(kept: String, archive: String) async throws {
    let keeping = { (settings: inout ServerSettings) in
      settings.additionalSettings["restore_command"] = archive
      settings.additionalSettings["wal_keep_size"] = kept
      settings.additionalSettings["max_wal_size"] = "32MB"
      settings.additionalSettings["min_wal_size"] = "32MB"
    }
    var limits = TestPlace.limits
    limits.startStall = .seconds(2)
    try await TestPlace.with { place in
      let primary = TestNode.make(1, in: place, limits: limits, changing: keeping)
      let standby = TestNode.make(2, in: place, limits: limits, changing: keeping)
      try await primary.becomePrimary(of: [standby])
      try await standby.becomeStandby(of: primary)
      try await primary.sql("CREATE TABLE story AS SELECT 1 AS n")
      for _ in 1...4 {
        try await primary.sql("SELECT pg_switch_wal() FROM (SELECT txid_current()) AS t")
        try await primary.sql("INSERT INTO story SELECT 2")
        try await standby.waitUntilCaughtUp(with: primary)
        try await primary.sql("CHECKPOINT")
      }
      kill(try #require(standby.postmaster?.id), SIGKILL)
      try await until("the server has ended") { standby.postmaster == nil }
      let log = standby.directory + "/pg_wal"
      for file in try #require(try DurableFiles.entries(of: log)) where file.utf8.count == 24 {
        try DurableFiles.remove("\(log)/\(file)")
      }
      let before = DurableFiles.identity(of: standby.directory)
      #expect(try await rejoin(standby, to: primary) == (kept == "0" ? .baseBackup : .plainStart))
      #expect((DurableFiles.identity(of: standby.directory) == before) == (kept != "0"))
      try await standby.waitUntilCaughtUp(with: primary)
      #expect(try await standby.sql("SELECT count(*) FROM story") == "5")
    }
  }

  @Test func anotherClustersDataIsNeverTouched() async throws {
    try await withPair { primary, standby in
      try await standby.server.stop()
      try DurableFiles.removeTree(standby.directory)
      try await standby.becomePrimary()
      try await standby.sql("CREATE TABLE precious AS SELECT 1 AS n")
      let error = try await failure { _ = try await rejoin(standby, to: primary) }
      #expect(error.code == .wrongSystemIdentifier)
      let other = try await failure {
        try await standby.server.clone(
          from: primary.member, slot: standby.member.slotName, progress: { _ in })
      }
      #expect(other.code == .wrongSystemIdentifier)
      try await standby.server.start(as: .primary)
      #expect(try await standby.sql("SELECT n FROM precious") == "1")
    }
  }

  @Test func aPrimaryOutOfReachLeavesTheDataAsItIs() async throws {
    try await withPair { old, new in
      try await diverge(old, from: new)
      try await new.server.stop()
      let before = DurableFiles.identity(of: old.directory)
      let error = try await failure { _ = try await rejoin(old, to: new) }
      #expect(error.code == .primaryUnreachable)
      #expect(DurableFiles.identity(of: old.directory) == before)
      // It takes no writes meanwhile.
      #expect(await old.server.observe().process == .stopped)
      try await new.server.start(as: .primary)
      #expect(try await rejoin(old, to: new) == .rewind)
    }
  }

  @Test func aStandbyThatIsNotPromotedYetIsNoPrimary() async throws {
    try await withPair { old, new in
      try await old.server.stop()
      let error = try await failure { _ = try await rejoin(old, to: new) }
      #expect(error.code == .primaryUnreachable)
      #expect(error.message.contains("no primary yet"))
    }
  }

  /// It goes on as it is: it never learns to receive from nobody first.
  @Test func aRunningStandbyFollowsTheNewPrimaryAtOnce() async throws {
    try await withThree { old, new, other in
      try await switchOver(from: old, to: new, beside: other)
      try await new.sql("INSERT INTO story VALUES (2)")
      let before = try #require(other.postmaster?.id)
      #expect(try await rejoin(other, to: new) == .plainStart)
      try await other.waitUntilCaughtUp(with: new)
      #expect(try await other.sql("SELECT count(*) FROM story") == "2")
      #expect(other.postmaster?.id == before)
      let log = try #require(try DurableFiles.text(other.directory + "/startup.log"))
      #expect(
        log.contains("\"primary_conninfo\" changed to \"host=127.0.0.1 port=\(new.member.port) "))
      #expect(!log.contains("\"primary_conninfo\" changed to \"\"\n"))
    }
  }

  /// What it has received and the new primary has not is taken back, although it receives from nobody.
  @Test func aRunningStandbyThatIsAheadOfTheNewPrimaryIsRewound() async throws {
    try await withThree { old, new, other in
      try await new.waitUntilCaughtUp(with: old)
      try await new.server.detach()
      try await old.sql("INSERT INTO story VALUES (2)")
      try await other.waitUntilCaughtUp(with: old)
      try await old.server.stop()
      try await new.server.promote()
      try await new.sql("INSERT INTO story VALUES (3)")
      #expect(try await rejoin(other, to: new) == .rewind)
      try await other.waitUntilCaughtUp(with: new)
      #expect(try await other.sql("SELECT string_agg(n::text, ',' ORDER BY n) FROM story") == "1,3")
    }
  }

  /// A primary with a table, and two standbys that have it.
  private func withThree(
    _ story: (TestNode, TestNode, TestNode) async throws -> Void
  ) async throws {
    try await TestPlace.with { place in
      let nodes = (1...3).map { TestNode.make($0, in: place) }
      try await nodes[0].becomePrimary(of: [nodes[1], nodes[2]])
      try await nodes[0].sql("CREATE TABLE story AS SELECT 1 AS n")
      for standby in nodes[1...] {
        try await standby.becomeStandby(of: nodes[0])
        try await standby.waitUntilCaughtUp(with: nodes[0])
      }
      try await story(nodes[0], nodes[1], nodes[2])
    }
  }

  private func rejoin(_ node: TestNode, to primary: TestNode) async throws -> Rejoin {
    let way = try await node.server.rejoin(
      primary.member, slot: node.member.slotName, progress: { _ in })
    try await primary.waitUntilStreams(to: node)
    return way
  }

  /// A planned change of roles.
  private func switchOver(
    from old: TestNode, to new: TestNode, beside others: TestNode...
  ) async throws {
    for standby in [new] + others { try await standby.waitUntilCaughtUp(with: old) }
    try await old.server.checkpoint()
    try await old.server.stop()
    try await new.server.detach()
    try await new.server.promote()
  }

  /// Both write after the standby was promoted.
  private func diverge(_ old: TestNode, from new: TestNode) async throws {
    try await new.waitUntilCaughtUp(with: old)
    try await new.server.detach()
    try await new.server.promote()
    try await old.sql("CREATE TABLE IF NOT EXISTS story (n int)")
    try await new.sql("CREATE TABLE IF NOT EXISTS story (n int)")
    try await old.sql("INSERT INTO story VALUES (2)")
    try await new.sql("INSERT INTO story VALUES (3)")
  }
}
