import Failover
import MonitorClient
import Testing

@testable import Autoctl

/// Commands that wait: they listen, ask, print each change, and end when the promise is kept.
@Suite struct PerformTests {
  private let uri = "--monitor postgres://autoctl_node@monitor/pg_auto_failover"

  private let takeover = [
    Nodes.pair,
    [Nodes.node(1, "a", .draining, .draining), Nodes.node(2, "b", .secondary, .preparePromotion)],
    [Nodes.node(1, "a", .demoted, .catchingUp), Nodes.node(2, "b", .waitPrimary, .waitPrimary)],
    [Nodes.node(1, "a", .secondary, .secondary), Nodes.node(2, "b", .primary, .primary)],
  ]

  @Test func aSwitchoverEndsWhenTheNewPrimaryHasItsStandby() async throws {
    let person = try Person(monitor: .init(states: takeover))
    let outcome = await person.types("perform switchover \(uri)")
    #expect(outcome.status == .success, "\(outcome.log)")
    #expect(person.requests == ["failover default/0"])
    let rows = outcome.result.split(separator: "\n").map { line in
      line.split(separator: "|").dropFirst().map { $0.filter { !$0.isWhitespace } }
    }
    #expect(rows[0] == ["Name", "Node", "Host:Port", "CurrentState", "AssignedState"])
    #expect(rows.contains(["b", "2", "10.0.0.2:5432", "wait_primary", "wait_primary"]))
    #expect(rows.last == ["b", "2", "10.0.0.2:5432", "primary", "primary"])
    #expect(outcome.log.contains("b takes writes, 1.0 s after the request"))
  }

  @Test func aFailoverWithoutStandbyEndsWhenWritesArePossible() async throws {
    let alone = [
      Nodes.node(1, "a", .maintenance, .maintenance),
      Nodes.node(2, "b", .waitPrimary, .waitPrimary),
    ]
    let person = try Person(monitor: .init(states: [Nodes.pair, alone]))
    let outcome = await person.types("perform failover \(uri)")
    #expect(outcome.status == .success)
    #expect(outcome.log.contains("it goes on alone"))
  }

  @Test func aFailoverAfterWhichCommitsWaitSaysSoAndWhatToDo() async throws {
    let alone = [
      Nodes.node(1, "a", .maintenance, .maintenance),
      Nodes.node(2, "b", .waitPrimary, .waitPrimary),
    ]
    let person = try Person(monitor: .init(states: [Nodes.pair, alone], numberSyncStandbys: 1))
    let outcome = await person.types("perform failover \(uri)")
    #expect(outcome.status == .success)
    #expect(!outcome.log.contains("it goes on alone"))
    #expect(
      outcome.messages.contains(
        """
        WARN b has no standby yet that confirms its commits, and number_sync_standbys is 1: commits \
        wait for standbys. To let it go on alone: pg_autoctl set formation number-sync-standbys 0 \
        --formation default
        """), "\(outcome.log)")
  }

  @Test func theAnswerForProgramsTellsWhoAndHowLong() async throws {
    let person = try Person(monitor: .init(states: takeover))
    let outcome = await person.types("perform failover --json \(uri)")
    #expect(outcome.result.hasPrefix("{\n  \"primary\": \"b\",\n  \"node_id\": 2,\n"))
  }

  @Test func aRefusedFailoverSaysWhy() async throws {
    let person = try Person(
      monitor: .init(
        states: [Nodes.pair],
        refusal: MonitorError(
          code: .refused(sqlState: "XX000"), message: "a failover is not possible now"),
        explanation: AnswerTable(
          columns: [
            "node_id", "node_name", "node_state", "rule_pos", "phase", "missing", "blocking",
            "node_goal", "because",
          ],
          rows: [
            [
              "1", "a", "primary", "101", "operator", "{requested_failover,candidate_ready}",
              "{failover_running}", "draining", "an operator asked for a failover",
            ],
            ["1", "a", "primary", "421", "primary", "{none_confirms}", "{}", "wait_primary", "x"],
          ])))
    let outcome = await person.types("perform failover \(uri)")
    #expect(outcome.status == .monitor)
    #expect(
      outcome.messages == [
        """
        WARN a (primary): rule 101, "an operator asked for a failover", needs candidate_ready and \
        is blocked by failover_running
        """,
        "ERROR A failover is not possible now.",
        "HINT Look at the nodes with: pg_autoctl show state.",
      ])
  }

  @Test func aRefusalWhileAnElectionWaitsSaysForWhomAndWhatIsLeftToDo() async throws {
    let person = try Person(
      monitor: .init(
        states: [Nodes.pair],
        refusal: MonitorError(
          code: .refused(sqlState: "55000"), message: "a failover is not possible now",
          hint: "All rules: SELECT 1"),
        waits: ["waiting for node 3"]))
    let outcome = await person.types("perform failover \(uri)")
    #expect(outcome.status == .monitor)
    #expect(
      outcome.messages == [
        "WARN waiting for node 3", "ERROR A failover is not possible now.",
        """
        HINT Start a host that is waited for, and the group goes on by itself. Only if that is lost \
        for good: pg_autoctl perform failover --allow-data-loss, which tells what may be lost, and asks.
        """,
      ])
  }

  @Test func aNodeIsDroppedFromAfar() async throws {
    let person = try Person(
      monitor: .init(states: [Nodes.pair, Nodes.pair, Nodes.pair, [Nodes.pair[0]]]))
    let outcome = await person.types("drop node --name ha-demo-b --force \(uri)")
    #expect(outcome.status == .success, "\(outcome.log)")
    #expect(person.requests == ["remove 2 by force"])
  }
}
