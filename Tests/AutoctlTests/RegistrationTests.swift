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
}
