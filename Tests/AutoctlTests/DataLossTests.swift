import Failover
import MonitorClient
import Testing

@testable import Autoctl

/// `perform failover --allow-data-loss`: a person is told, agrees, and is named.
@Suite struct DataLossTests {
  private let line = """
    perform failover --allow-data-loss --monitor postgres://autoctl_node@monitor/pg_auto_failover
    """
  private let loss = "commits that a acknowledged after 0/3000148 may be lost"

  private func person(refusal: MonitorError? = nil) throws -> Person {
    let before = [
      Nodes.node(1, "a", .waitPrimary, .waitPrimary, health: .bad),
      Nodes.node(2, "b", .secondary, .secondary),
    ]
    let after = [
      Nodes.node(1, "a", .waitPrimary, .demoted, health: .bad),
      Nodes.node(2, "b", .primary, .primary),
    ]
    return try Person(
      monitor: .init(states: [before, after], refusal: refusal, mayBeLost: loss))
  }

  @Test func whoTypesTheFormationsNameIsNamedInTheDecision() async throws {
    let person = try person()
    let outcome = await person.types(line, answering: "default")
    #expect(outcome.status == .success, "\(outcome.log)")
    #expect(person.requests == ["force failover default/0 decided by ada@desk"])
    #expect(outcome.messages.first == "Commits that a acknowledged after 0/3000148 may be lost.")
    #expect(outcome.log.contains("Type the name of the formation to go on: "))
    #expect(outcome.messages.contains("WARN \(loss)"))
  }

  /// The old primary was lost before: nobody waits a minute for it to come back.
  @Test func itEndsWhenTheNewPrimaryTakesWritesAlone() async throws {
    let before = [
      Nodes.node(1, "a", .waitPrimary, .waitPrimary, health: .bad),
      Nodes.node(2, "b", .secondary, .secondary),
    ]
    let after = [
      Nodes.node(1, "a", .waitPrimary, .demoted, health: .bad),
      Nodes.node(2, "b", .waitPrimary, .waitPrimary),
    ]
    let person = try Person(monitor: .init(states: [before, after], mayBeLost: loss))
    let outcome = await person.types("\(line) --yes")
    #expect(outcome.status == .success, "\(outcome.log)")
    #expect(outcome.log.contains("it goes on alone"))
    #expect(person.clock.now.offset < .seconds(10))
  }

  @Test(arguments: ["yes", "", "defaul"])
  func anyOtherAnswerChangesNothing(answer: String) async throws {
    let person = try person()
    let outcome = await person.types(line, answering: answer)
    #expect(outcome.status == .badArguments)
    #expect(
      outcome.messages.suffix(2) == [
        "ERROR \"\(answer)\" is not the name of the formation, so nothing was done.",
        "HINT To go on, give the command again and type: default.",
      ])
    #expect(person.requests.isEmpty)
  }

  @Test func withoutATerminalOneHasToSayYesBeforehand() async throws {
    let person = try person()
    let refused = await person.types(line)
    #expect(refused.status == .badArguments)
    #expect(refused.messages.last == "HINT Add --yes to go on without being asked.")
    #expect(person.requests.isEmpty)
    let granted = await person.types("\(line) --yes")
    #expect(granted.status == .success, "\(granted.log)")
    #expect(person.requests.count == 1)
  }

  @Test func aRefusalIsShownWithItsReasonAndHint() async throws {
    let person = try person(
      refusal: MonitorError(
        code: .refused(sqlState: "55000"), message: "a failover without loss is possible",
        hint: "Use: pg_autoctl perform failover"))
    let outcome = await person.types("\(line) --yes")
    #expect(outcome.status == .monitor)
    #expect(
      outcome.messages.suffix(2) == [
        "ERROR A failover without loss is possible.", "HINT Use: pg_autoctl perform failover.",
      ])
  }

  @Test func yesAloneMeansNothing() async throws {
    let outcome = await (try person()).types(
      line.replacing("--allow-data-loss", with: "--yes"))
    #expect(outcome.status == .badArguments)
    #expect(outcome.log.contains("--yes needs --allow-data-loss beside it"))
  }
}
