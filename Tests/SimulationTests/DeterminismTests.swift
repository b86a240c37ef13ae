import Foundation
import Keeper
import Testing

@testable import Simulation

@Suite(.serialized) struct DeterminismTests {
  /// Where the tests' PostgreSQL lies, with the extension installed.
  private static let programs =
    ProcessInfo.processInfo.environment["PG_BINDIR"] ?? "/usr/lib/postgresql/15/bin"
  private static let sql =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../sql").standardized.path

  /// Requests that overlap use two sessions, and what one announces the other one hears when PostgreSQL
  /// comes to it.
  @Test func aDayOfOverlappingRequestsDoesNotDependOnTheDaysBefore() throws {
    let simulator = Simulator(laboratory: try Laboratory(programs: Self.programs, sql: Self.sql))
    let seed: UInt64 = 40002
    let first = try simulator.day(seed, isTold: true)
    #expect(first.story.contains { $0.contains("halted within its transaction") })
    for _ in 1...4 {
      #expect(try simulator.day(seed, isTold: true).story == first.story)
    }
  }

  @Test func theSameSeedTellsTheSameDay() throws {
    var options = DayOptions()
    options.nodes = 3
    options.length = .seconds(20)
    let simulator = Simulator(
      laboratory: try Laboratory(programs: Self.programs, sql: Self.sql), options: options)
    let first = try simulator.day(11, isTold: true)
    _ = try simulator.day(12)
    let again = try simulator.day(11, isTold: true)
    #expect(first.story.count > 20)
    #expect(first.story == again.story)
    #expect(first.acknowledgedCommits == again.acknowledgedCommits)
    #expect(first.acknowledgedCommits > 0)
  }

  /// No simulated day learns from what a session has kept on another day.
  @Test func allThatSessionsKeepIsKnown() throws {
    let files = ["/health/record_health.sql", "/foresight/rehearse_takeover.sql"]
    let text = try files.map { try String(contentsOfFile: Self.sql + $0, encoding: .utf8) }.joined()
    let names = Set(
      text.matches(of: /pgautofailover_(?:beat|session)\.[a-z_]+/).map { String($0.0) })
    #expect(names.sorted() == Laboratory.sessionSettings)
  }

  /// The health worker tells silence when a check ends, and looks again when somebody's time is over.
  @Test func theHealthWorkerSpeaksBetweenItsRounds() throws {
    let scenario = Scenario(
      text: """
        node node1
        node node2
        pass 500ms
        crash host node1
        pass 6s
        ask SELECT 'told at ' || to_char(eventtime, 'SS.MS') FROM pgautofailover.event WHERE description LIKE '%does not answer%'
        ask SELECT DISTINCT 'given up at ' || to_char(eventtime, 'SS.MS') FROM pgautofailover.event WHERE rule_pos = 321
        ----

        """)
    let simulator = Simulator(laboratory: try Laboratory(programs: Self.programs, sql: Self.sql))
    // It was lost at 4.5; a check had begun at 5.0; the standby had last heard of it before 4.45.
    let prompt = try simulator.play(scenario, isPrompt: true).text
    #expect(prompt.contains("told at 07.050"))
    #expect(prompt.contains("given up at 07.445"))
    let slow = try simulator.play(scenario).text
    #expect(slow.contains("told at 08.000"))
    #expect(slow.contains("given up at 08.000"))
  }

  /// With other timeouts the same misfortunes come out otherwise, and every promise holds all the same.
  @Test func timeoutsAreOptions() throws {
    func days(
      _ timeout: String, partition: Duration, hung: Duration, restart: Duration, standby: Duration
    ) throws -> [DayReport] {
      var options = DayOptions()
      options.nodes = 2
      options.keeperSettings.partitionTimeout = partition
      options.keeperSettings.hungLimit = hung
      options.keeperSettings.restartLimit = restart
      options.keeperSettings.standbyPatience = standby
      let simulator = Simulator(
        laboratory: try Laboratory(
          programs: Self.programs, sql: Self.sql,
          settings: ["node_considered_unhealthy_timeout": timeout]), options: options)
      return try (1...3).map { try simulator.day($0, isTold: true) }
    }
    let short = try days(
      "1s", partition: .seconds(2), hung: .seconds(1), restart: .seconds(2), standby: .seconds(2))
    let long = try days(
      "9s", partition: .seconds(15), hung: .seconds(9), restart: .seconds(15), standby: .seconds(9))
    #expect((short + long).allSatisfy { $0.finding == nil })
    #expect(zip(short, long).contains { $0.story != $1.story })
  }
}
