import Failover
import MonitorClient
import Testing

@testable import Autoctl

/// `enable maintenance` and `disable maintenance`.
@Suite struct MaintenanceTests {
  private let uri = "--monitor postgres://autoctl_node@monitor/pg_auto_failover"

  @Test func maintenanceOfAPrimaryNeedsAWord() async throws {
    let person = try Person(monitor: .init(states: [Nodes.pair]))
    let outcome = await person.types("enable maintenance --name ha-demo-a \(uri)")
    #expect(outcome.status == .badArguments)
    #expect(
      outcome.messages.last == """
        HINT Add --allow-failover to let a standby take over first, or --without-failover to be \
        without a writer until the maintenance ends.
        """)
    #expect(person.requests.isEmpty)
    let both = await person.types(
      "enable maintenance --allow-failover --without-failover --name ha-demo-a \(uri)")
    #expect(both.status == .badArguments)
    #expect(both.log.contains("exclude each other"))
  }

  @Test func maintenanceEndsItsCommandWhenTheNodeIsThere() async throws {
    var there = Nodes.pair
    there[1].reported = .maintenance
    there[1].goal = .maintenance
    let person = try Person(monitor: .init(states: [Nodes.pair, Nodes.pair, there]))
    let outcome = await person.types("enable maintenance --name ha-demo-b \(uri)")
    #expect(outcome.status == .success, "\(outcome.log)")
    #expect(person.requests == ["start maintenance 2"])
    let again = await person.types("enable maintenance --name ha-demo-b \(uri)")
    #expect(again.status == .success)
    #expect(again.messages == ["INFO ha-demo-b is in maintenance already"])
  }

  @Test func aPrimaryMayLeaveItsGroupWithoutAWriter() async throws {
    var there = Nodes.three
    there[0].reported = .maintenance
    there[0].goal = .maintenance
    var back = Nodes.three
    back[0].reported = .waitPrimary
    back[0].goal = .waitPrimary
    let person = try Person(
      monitor: .init(states: [Nodes.three, Nodes.three, there, there, there, back]))
    let outcome = await person.types("enable maintenance --without-failover --name a \(uri)")
    #expect(outcome.status == .success, "\(outcome.log)")
    let end = await person.types("disable maintenance --name a \(uri)")
    #expect(end.status == .success, "\(end.log)")
    #expect(end.messages.last == "INFO a is wait_primary")
    #expect(person.requests == ["start maintenance 1 without failover", "stop maintenance 1"])
  }
}
