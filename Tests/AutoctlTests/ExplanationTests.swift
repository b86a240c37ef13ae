import Failover
import MonitorClient
import Testing

@testable import Autoctl

/// What the monitor tells of its rules: why, which, and what an election waits for.
@Suite struct ExplanationTests {
  private let uri = "--monitor postgres://autoctl_node@monitor/pg_auto_failover"

  private let why = AnswerTable(
    columns: [
      "node_id", "node_name", "node_state", "rule_pos", "phase", "missing", "blocking",
      "node_goal", "because",
    ],
    rows: [
      ["1", "a", "primary", "101", "operator", "{asked}", "{}", "draining", "somebody asked"],
      ["1", "a", "primary", "401", "primary", "{lone,alone}", "{}", "wait_primary", "no standby"],
      ["2", "b", "secondary", "321", "standby", "{lost}", "{running}", nil, "the primary is lost"],
    ])

  private func person() throws -> Person {
    try Person(
      monitor: .init(
        states: [Nodes.three], explanation: why,
        facts: [
          "asked": "an operator asked", "alone": "nobody else is there", "lost": "it is lost",
          "running": "one is promoted",
        ]))
  }

  @Test func whyNamesWhatIsMissingInWords() async throws {
    let outcome = await (try person()).types("show why --count 1 \(uri)")
    #expect(outcome.status == .success, "\(outcome.log)")
    #expect(
      outcome.result == """
        a is primary
          would become wait_primary, by rule 401: no standby
              not so:      lone
              not so:      nobody else is there (alone)

        b is secondary
          would change others, by rule 321: the primary is lost
              not so:      it is lost (lost)
              in the way:  one is promoted (running)

        """)
  }

  @Test func whyOfOneNodeLeavesTheOthersOut() async throws {
    let outcome = await (try person()).types("show why --name a \(uri)")
    #expect(!outcome.result.contains("b is"))
    #expect(outcome.result.hasSuffix("      not so:      an operator asked (asked)\n"))
    let nobody = await (try person()).types("show why --name x \(uri)")
    #expect(nobody.status == .monitor)
    #expect(nobody.messages.last == "HINT Its nodes are: a, b, c.")
  }

  @Test func whyIsCompleteForPrograms() async throws {
    let json = await (try person()).types("show why --count 1 --json \(uri)").result
    #expect(json.contains("\"rule_pos\": 401"))
    #expect(json.contains("\"missing\": [\n      \"lone\",\n      \"alone\"\n    ]"))
    #expect(json.contains("\"node_goal\": null"))
  }

  @Test func aRuleIsAParagraph() async throws {
    let person = try Person(
      monitor: .init(
        rules: AnswerTable(
          columns: [
            "pos", "phase", "node_in", "primary_in", "requires", "forbids", "node_goal",
            "primary_goal", "because",
          ],
          rows: [
            [
              "321", "standby", "{secondary}", "{primary,\"primary->draining\"}", "{lost,ready}",
              "{running}", "prepare_promotion", "draining", "the primary is lost",
            ],
            ["401", "primary", "{*}", nil, "{}", "{}", nil, nil, "nothing follows"],
          ])))
    #expect(
      await person.types("show rules \(uri)").result == """
        321 standby: the primary is lost
            node secondary, primary primary, primary->draining
            if    lost, ready
            not   running
            then  node becomes prepare_promotion; primary becomes draining

        401 primary: nothing follows
            node *

        """)
    let json = await person.types("show rules --json \(uri)").result
    #expect(json.contains("\"pos\": 321"))
    #expect(json.contains("\"primary_in\": [\n      \"primary\",\n      \"primary->draining\"\n"))
    #expect(json.contains("\"primary_in\": []") || json.contains("\"primary_in\": null"))
  }

  private let election = [
    Nodes.node(1, "a", .primary, .draining, health: .bad),
    Nodes.node(2, "b", .reportLSN, .reportLSN), Nodes.node(3, "c", .secondary, .reportLSN),
  ]

  @Test func anElectionTellsWhatItWaitsFor() async throws {
    let person = try Person(
      monitor: .init(states: [election], waits: ["The election waits for the report of c."]))
    let text = await person.types("show state \(uri)").result
    #expect(text.hasSuffix("report_lsn\n\nThe election waits for the report of c.\n"))
    let json = await person.types("show state --json \(uri)").result
    #expect(json.hasPrefix("[\n"))
    #expect(!json.contains("election"))
  }

  @Test func aMonitorThatCannotTellShowsItsNodesAllTheSame() async throws {
    let person = try Person(monitor: .init(states: [election], waits: nil))
    let outcome = await person.types("show state \(uri)")
    #expect(outcome.status == .success)
    #expect(outcome.result.split(separator: "\n").count == 5)
  }
}
