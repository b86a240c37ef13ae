import Failover
import MonitorClient
import Testing

@testable import Autoctl

/// `perform promotion` and `perform failover` in groups of several standbys.
@Suite struct PromotionTests {
  private let uri = "--monitor postgres://autoctl_node@monitor/pg_auto_failover"

  private func led(by leader: Int) -> [StateRow] {
    (1...3).map { number in
      let state: NodeState = number == leader ? .primary : .secondary
      return Nodes.node(Int64(number), ["a", "b", "c"][number - 1], state, state)
    }
  }

  private let election = [
    Nodes.node(1, "a", .draining, .draining), Nodes.node(2, "b", .reportLSN, .reportLSN),
    Nodes.node(3, "c", .reportLSN, .preparePromotion),
  ]

  @Test func aPromotionEndsWhenThatVeryNodeLeads() async throws {
    let person = try Person(
      monitor: .init(states: [led(by: 1), led(by: 1), election, led(by: 3)]))
    let outcome = await person.types("perform promotion --name c --json \(uri)")
    #expect(outcome.status == .success, "\(outcome.log)")
    #expect(person.requests == ["promote c"])
    #expect(outcome.result.hasPrefix("{\n  \"primary\": \"c\",\n  \"node_id\": 3,\n"))
  }

  @Test func aPromotionThatMadeAnotherOnePrimarySaysSo() async throws {
    let person = try Person(
      monitor: .init(states: [led(by: 1), led(by: 1), election, led(by: 2)]))
    let outcome = await person.types("perform promotion --name c \(uri)")
    #expect(outcome.status == .monitor)
    #expect(
      outcome.messages.suffix(2) == [
        "ERROR The node b became the primary, and not c.",
        "HINT See why with: pg_autoctl show events.",
      ])
  }

  @Test func aSwitchoverLeavesTheChoiceToTheElection() async throws {
    let person = try Person(monitor: .init(states: [led(by: 1), election, led(by: 2)]))
    let outcome = await person.types("perform switchover \(uri)")
    #expect(outcome.status == .success, "\(outcome.log)")
    #expect(outcome.log.contains("b takes writes"))
  }

  @Test func aPromotionThatDoesNotComeInTimeNamesTheNode() async throws {
    let person = try Person(monitor: .init(states: [led(by: 1)]))
    let outcome = await person.types("perform promotion --name c \(uri)")
    #expect(outcome.status == .monitor)
    #expect(outcome.messages.contains("ERROR The node c did not take over within 60 seconds."))
  }
}
