import Failover
import MonitorClient
import Testing

@testable import Autoctl

/// `check failover`: a verdict for people and monitoring systems.
@Suite struct CheckTests {
  private let uri = "--monitor postgres://autoctl_node@monitor/pg_auto_failover"

  private let well = [
    Outlook(lostNode: "a", leader: "b", seconds: "4.5"), Outlook(lostNode: "b", leader: "a"),
    Outlook(lostNode: "c", leader: "a"),
  ]

  private func check(
    _ nodes: [StateRow], _ outlook: [Outlook], waits: [String] = [], words: String = ""
  ) async throws -> Person.Outcome {
    let person = try Person(
      monitor: .init(
        states: [nodes], waits: waits,
        steps: [
          ForeseenStep(
            number: 1, nodeID: 2, name: "b", was: "secondary", becomes: "report_lsn",
            rulePosition: 321, because: "the primary is lost")
        ], outlook: outlook))
    return await person.types("check failover \(words) \(uri)")
  }

  @Test func allIsWell() async throws {
    let outcome = try await check(Nodes.three, well)
    #expect(outcome.status.rawValue == 0)
    #expect(
      outcome.result == """
        FAILOVER OK: If a were lost now, b would take over after about 4.5 s.
          if a were lost: b leads; after about 4.5 s
          if b were lost: a leads
          if c were lost: a leads
          what would be decided if a were lost now:
            1. b: secondary -> report_lsn (rule 321), the primary is lost

        """)
  }

  @Test func aCandidateThatIsNotReadyIsAWarning() async throws {
    var nodes = Nodes.three
    nodes[2].reported = .catchingUp
    nodes[2].goal = .catchingUp
    let outcome = try await check(nodes, well)
    #expect(outcome.status.rawValue == 1)
    #expect(
      outcome.result.contains(
        "\n  c could not take over: it is catchingup; one candidate is left.\n"))
  }

  @Test func whatANodeReportsIsAWarning() async throws {
    var nodes = Nodes.three
    nodes[0].problem = "logical slots do not survive a failover (s)"
    let outcome = try await check(nodes, well)
    #expect(outcome.status.rawValue == 1)
    #expect(
      outcome.result.contains("\n  a reports: logical slots do not survive a failover (s).\n"))
  }

  @Test func whatWouldBeInTheWayIsAWarning() async throws {
    var outlook = well
    outlook[2].obstacle = "writes would wait until a standby returns"
    let outcome = try await check(Nodes.three, outlook)
    #expect(outcome.status.rawValue == 1)
    #expect(
      outcome.result.hasPrefix(
        """
        FAILOVER WARNING: If a were lost now, b would take over after about 4.5 s.
          If c were lost now: writes would wait until a standby returns.

        """))
  }

  @Test func nobodyToTakeOverIsCritical() async throws {
    let outcome = try await check(
      [Nodes.node(1, "a", .waitPrimary, .waitPrimary)],
      [
        Outlook(
          lostNode: "a", leader: nil, mayLose: "everything, if the primary does not come back",
          obstacle: "no other node of the group is alive")
      ])
    #expect(outcome.status.rawValue == 2)
    #expect(
      outcome.result.hasPrefix(
        """
        FAILOVER CRITICAL: If a were lost now, nobody would take over: no other node of the group is alive.
          if a were lost: nobody leads; may lose everything, if the primary does not come back; no \
        other node of the group is alive

        """))
  }

  @Test func aGroupWithoutAPrimaryIsCriticalAndSaysWhatItWaitsFor() async throws {
    var nodes = Nodes.three
    nodes[0].goal = .draining
    let outcome = try await check(
      nodes, [], waits: ["The election waits for the report of c."])
    #expect(outcome.status.rawValue == 2)
    #expect(
      outcome.result == """
        FAILOVER CRITICAL: The group has no primary now.
          The election waits for the report of c.

        """)
  }

  @Test func aMonitorThatDoesNotAnswerIsUnknown() async throws {
    let person = try Person(
      monitor: .init(
        failure: MonitorError(
          code: .unreachable, message: "the monitor at m:5432 cannot be reached: no route",
          hint: "see that it runs")))
    let outcome = await person.types("check failover \(uri)")
    #expect(outcome.status.rawValue == 3)
    #expect(
      outcome.result == """
        FAILOVER UNKNOWN: The monitor at m:5432 cannot be reached: no route.
          See that it runs.

        """)
  }

  @Test func anotherNodeAndAnotherHappeningCanBePlayed() async throws {
    let outcome = try await check(
      Nodes.three, well, words: "--name b --happening monitor_cut --json")
    #expect(outcome.status.rawValue == 0)
    #expect(outcome.result.contains("\"happening\": \"monitor_cut\",\n  \"node\": \"b\""))
    #expect(outcome.result.contains("\"status\": \"OK\""))
    #expect(outcome.result.contains("\"rule_pos\": 321"))
  }
}
