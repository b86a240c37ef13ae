import Failover
import Glibc
import Testing

@testable import ServerControl

@Suite("What others print") struct ReadingTests {
  @Test func controlDataTellsStateAndPosition() {
    let control = ControlData(
      """
      Database system identifier:           7309090909090909090
      Database cluster state:               shut down
      Latest checkpoint location:           0/3000060
      Latest checkpoint's TimeLineID:       2
      Minimum recovery ending location:     0/0
      Min recovery ending loc's timeline:   0
      wal_log_hints setting:                off
      Bytes per WAL segment:                16777216
      Data page checksum version:           0
      """)
    #expect(control.systemIdentifier == 7_309_090_909_090_909_090)
    #expect(control.isShutDown)
    #expect(control.isCleanlyStopped)
    #expect(control.checkpoint == LogPosition("0/3000060"))
    #expect(control.timeline == 2)
    #expect(!control.allowsRewind)
    #expect(ControlData("nothing").position == .unknown)
  }

  /// From a damaged file `pg_controldata` prints what it finds, and warns.
  @Test(arguments: ["0", "4294967296", "99999999999", "3145728", "-1", "512", "", "much"])
  func aSizeThatNoFileOfTheLogHasIsNotBelieved(size: String) {
    #expect(ControlData("Bytes per WAL segment:  \(size)").segmentSize == 16 << 20)
    #expect(ControlData("Bytes per WAL segment:  1073741824").segmentSize == 1 << 30)
  }

  @Test func aHistoryTellsWhichLogsBelongToIt() {
    let history = TimelineHistory(
      timeline: 3, file: "1\t0/3000000\tno recovery target specified\n\n2\t0/5000000\tanother\n")
    let flushed = LogPosition("0/7000000")!
    func belongs(_ timeline: Int, _ end: String, inside: Bool = false) -> Bool {
      history.beginsWithLog(
        ofTimeline: timeline, endingAt: LogPosition(end)!, isInside: inside, flushed: flushed)
    }
    #expect(belongs(1, "0/3000000"))
    #expect(!belongs(1, "0/3000001"))
    // The start of a record that lies where the timeline was left is beyond it.
    #expect(!belongs(1, "0/3000000", inside: true))
    #expect(belongs(2, "0/4FFFFFF", inside: true))
    #expect(belongs(3, "0/7000000"))
    #expect(!belongs(3, "0/7000001"))
    #expect(!belongs(4, "0/1000000"))
  }

  @Test func aPidFileIsReadLineByLine() {
    let postmaster = Postmaster(
      "4711\n/data\n1700000000\n5433\n/run/socket\n127.0.0.1\n  12345 6\nready   \n")
    #expect(postmaster?.id == 4711)
    #expect(postmaster?.port == 5433)
    #expect(postmaster?.socketDirectory == "/run/socket")
    #expect(postmaster?.status == "ready")
    #expect(Postmaster("") == nil)
    #expect(Postmaster("1\n") == nil)
    // Just begun: only the first lines are there.
    #expect(Postmaster("4711\n/data\n1700000000\n5433\n")?.status == "")
  }

  @Test func theTellingLineIsFound() {
    let output = """
      2024-05-01 10:00:00.000 CEST [7] LOG:  starting PostgreSQL
      2024-05-01 10:00:00.000 CEST [7] FATAL:  could not write lock file: No space left on device
      2024-05-01 10:00:00.000 CEST [7] LOG:  database system is shut down
      """
    #expect(
      ServerLog.reason(in: output) == "could not write lock file: No space left on device")
    #expect(ServerError.program("pg_ctl", said: output).code == .diskFull)
    #expect(
      ServerLog.reason(in: "pg_rewind: error: could not find common ancestor")
        == "could not find common ancestor")
    #expect(ServerLog.reason(in: "") == nil)
  }

  @Test func programsAreFoundAndJudged() async throws {
    let programs = try await PostgresPrograms.locate(
      pgctl: TestPlace.binDirectory + "/pg_ctl", searchPath: "")
    #expect(programs.majorVersion >= 13)
    let found = try await PostgresPrograms.locate(
      pgctl: nil, searchPath: "/nonexistent:" + TestPlace.binDirectory)
    #expect(found == programs)
    let none = try await failure {
      _ = try await PostgresPrograms.locate(pgctl: nil, searchPath: "/nonexistent")
    }
    #expect(none.code == .unusablePrograms)
    let wrong = try await failure {
      _ = try await PostgresPrograms.locate(pgctl: "/bin/true", searchPath: "")
    }
    #expect(wrong.message.hasSuffix("/bin/true is no pg_ctl."))
    try await TestPlace.with { place in
      let old = place.path + "/pg_ctl"
      try DurableFiles.keep(
        old, as: "#!/bin/sh\necho 'pg_ctl (PostgreSQL) 12.9'\n", mode: 0o755)
      let error = try await failure {
        _ = try await PostgresPrograms.locate(pgctl: old, searchPath: "")
      }
      #expect(error.message.contains("12.9, which is too old"))
    }
  }

  @Test func aProgramThatDoesNothingIsEndedAndOneThatWorksIsNot() async throws {
    let runner = ProgramRunner(directory: nil, prefix: [])
    // Ten minutes, of which a busy machine may take a few seconds to end it and never half.
    let start = ContinuousClock.now
    let error = try await failure {
      _ = try await runner.run("sleep", ["600"], silence: { _ in .milliseconds(600) })
    }
    #expect(error.code == .timedOut)
    #expect(error.message.contains("no progress"))
    #expect(ContinuousClock.now - start < .seconds(300))
    let busy = try await runner.run(
      "sh", ["-c", "for i in 1 2 3 4 5 6; do sleep 0.3; echo $i; done"],
      silence: { _ in .milliseconds(900) })
    #expect(busy.succeeded)
    #expect(busy.output == "1\n2\n3\n4\n5\n6")
    let late = try await failure {
      _ = try await runner.run("sleep", ["600"], limit: .milliseconds(500))
    }
    #expect(late.message.contains("took longer"))
    let missing = try await failure { _ = try await runner.run("no_such_program", []) }
    #expect(missing.code == .unusablePrograms)
  }
}
