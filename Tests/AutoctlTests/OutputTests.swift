import Testing

@testable import Autoctl

/// The small rules of what is printed.
@Suite struct OutputTests {
  @Test func aMessageBecomesASentence() {
    #expect(Program.sentence("formation \"x\" does not exist") == "Formation \"x\" does not exist.")
    #expect(Program.sentence("pg_autoctl stops.") == "pg_autoctl stops.")
    #expect(Program.sentence("/a/b is no directory") == "/a/b is no directory.")
    #expect(Program.sentence("Is it so?") == "Is it so?")
  }

  @Test func jsonEscapesWhatItMust() {
    let value = JSONValue.object([
      .init("a\"b", .text("line\nbreak\t\u{1}\\")), .init("none", .null), .init("list", .array([])),
    ])
    #expect(
      value.rendered
        == "{\n  \"a\\\"b\": \"line\\nbreak\\t\\u0001\\\\\",\n  \"none\": null,\n  \"list\": []\n}")
  }

  @Test func whatGrowsLateFitsTheTableThatWasBegun() {
    let columns: [Table.Column] = [
      .init("Node"), .init("State", leaves: 1), .init("Why", startsLeft: true),
    ]
    let begun = Table(columns: columns, rows: []).layout(atLeast: [4, 9, 32], within: 48)
    #expect(begun.shown == [0, 2])
    let table = Table(
      columns: columns,
      rows: [["a-longer-name", "lost", "nobody has heard of it since the line was cut"]])
    let row = table.line(table.rows[0], table.layout(after: begun))
    #expect(
      row == "a-longer-name | nobody has heard of it since the line was\n              | cut\n")
  }

  /// Whoever may name a node, or be heard by one, must not command the operator's terminal.
  @Test func nothingThatAnotherHostSaysCommandsTheTerminal() {
    let hostile = "n1\u{1B}]0;owned\u{7}\u{9B}2J\r\n"
    let shown = "n1\u{FFFD}]0;owned\u{FFFD}\u{FFFD}2J\u{FFFD}\u{FFFD}"
    let table = Table(columns: [.init("Node")], rows: [[hostile]])
    #expect(table.rows == [[shown]])
    #expect(ScreenLine(hostile).text == shown)
    #expect("zwei\nZeilen\u{1B}c".plain(keeping: ["\n"]) == "zwei\nZeilen\u{FFFD}c")
  }

  @Test func everyExitCodeHasItsMeaning() {
    let meanings = ExitCodes.allCases.map(\.meaning)
    #expect(Set(meanings).count == meanings.count)
    #expect(meanings.allSatisfy { $0.hasSuffix(".") })
    #expect(ExitCodes.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 8, 12, 13, 121, 122])
  }

  @Test func quietLogsErrorsOnly() async throws {
    let person = try Person()
    let outcome = await person.types(
      "-q show state --pgdata x --monitor postgres://autoctl_node@m/pg_auto_failover")
    #expect(outcome.status == .success)
    #expect(outcome.log.isEmpty)
    let loud = await person.types(
      "show state --pgdata x --monitor postgres://autoctl_node@m/pg_auto_failover")
    #expect(loud.messages == ["WARN Both --monitor and --pgdata are given: --pgdata is ignored"])
  }
}
