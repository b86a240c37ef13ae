import MonitorClient
import Testing

@testable import Autoctl

/// How a new node comes into its group.
@Suite struct RegistrationTests {
  private let create = """
    create postgres --pgdata data --auth trust --no-ssl --hostname localhost --pgport 48431 \
    --monitor postgres://autoctl_node@localhost/pg_auto_failover
    """

  private func person(refusedWith sqlState: String) throws -> Person {
    let person = try Person(
      monitor: .init(
        refusal: MonitorError(
          code: .refused(sqlState: sqlState), message: "the group has no primary",
          hint: "Try again")))
    try person.installsPrograms(version: "15.4")
    return person
  }

  @Test func aGroupWithoutAPrimaryIsWaitedFor() async throws {
    let person = try person(refusedWith: "55006")
    let outcome = await person.types(create)
    #expect(outcome.status == .monitor)
    #expect(person.requests.count > 500)
    #expect(
      outcome.messages == [
        "INFO The group has no primary. Waiting until it is otherwise",
        "ERROR The group has no primary.", "HINT Try again.",
      ])
  }

  @Test func anythingElseIsToldAtOnce() async throws {
    let person = try person(refusedWith: "23505")
    let outcome = await person.types(create)
    #expect(outcome.status == .monitor)
    #expect(person.requests.count == 1)
  }

  @Test(arguments: [
    ("", [:], "priority 50, quorum true"),
    (
      "", ["PG_AUTOCTL_CANDIDATE_PRIORITY": "0", "PG_AUTOCTL_REPLICATION_QUORUM": "false"],
      "priority 0, quorum false"
    ),
    (
      " --candidate-priority 70 --replication-quorum true",
      ["PG_AUTOCTL_CANDIDATE_PRIORITY": "0", "PG_AUTOCTL_REPLICATION_QUORUM": "false"],
      "priority 70, quorum true"
    ),
    (
      "", ["PG_AUTOCTL_CANDIDATE_PRIORITY": "", "PG_AUTOCTL_REPLICATION_QUORUM": ""],
      "priority 50, quorum true"
    ),
  ])
  func itsPartInFailoversIsAnOptionOrAVariable(
    options: String, environment: [String: String], registered: String
  ) async throws {
    let person = try person(refusedWith: "23505")
    _ = await person.types(create + options, environment: environment)
    #expect(person.requests == ["register localhost:48431, \(registered)"])
  }

  @Test(arguments: [
    (["PG_AUTOCTL_CANDIDATE_PRIORITY": "101"], "is 101, and not a number from 0 to 100."),
    (["PG_AUTOCTL_CANDIDATE_PRIORITY": "high"], "is high, and not a number from 0 to 100."),
    (["PG_AUTOCTL_REPLICATION_QUORUM": "perhaps"], "is perhaps, and not true or false."),
  ])
  func aVariableThatSaysNothingIsRefused(
    environment: [String: String], complaint: String
  ) async throws {
    let person = try person(refusedWith: "23505")
    let outcome = await person.types(create, environment: environment)
    #expect(outcome.status == .badArguments)
    #expect(person.requests.isEmpty && !person.has("data"))
    #expect(outcome.messages.first?.hasSuffix(complaint) == true, "\(outcome.log)")
  }
}
