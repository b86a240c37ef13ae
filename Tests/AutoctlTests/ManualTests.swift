import ArgumentParser
import Failover
import Foundation
import Testing

@testable import Autoctl
@testable import Configuration

/// The manual's pages that are made from the code. `UPDATE_MANUAL=1 make test-unit` writes them anew;
/// without it these tests say when one is stale.
@Suite struct ManualTests {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  func expectFresh(_ page: String, _ name: String, in folder: String = "docs/reference") throws {
    let file = Self.folder.appendingPathComponent(folder).appendingPathComponent(name)
    if ProcessInfo.processInfo.environment["UPDATE_MANUAL"] != nil {
      try page.write(to: file, atomically: true, encoding: .utf8)
    }
    let written = try? String(contentsOf: file, encoding: .utf8)
    #expect(written == page, "\(folder)/\(name) is stale: UPDATE_MANUAL=1 make test-unit")
  }

  /// The unit of the package: one for each data directory, whose path is its instance's name.
  @Test func thePackagesUnitIsTheOneThatShowSystemdPrints() throws {
    let unit = SystemdUnit(
      pgdata: "/PGDATA", program: "/usr/bin/pg_autoctl", user: "postgres", environment: [:])
    try expectFresh(
      unit.text.replacing("/PGDATA", with: "%f"), "pg_autoctl@.service", in: "debian")
  }

  @Test func thePackagesHaveTheVersionOfTheProgram() throws {
    let file = Self.folder.appendingPathComponent("debian/changelog")
    let log = try String(contentsOf: file, encoding: .utf8)
    #expect(log.hasPrefix("pgautofailover (\(Version.program)) "))
  }

  /// Citus's commands have nothing to show.
  @Test func theHelpOfEachCommandHasAnExample() {
    func leaves(_ command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
      let inner = command.configuration.subcommands
      return inner.isEmpty ? [command] : inner.flatMap(leaves)
    }
    for command in leaves(RootCommand.self)
    where !["coordinator", "worker", "activate"].contains(command.configuration.commandName) {
      #expect(
        command.configuration.discussion.contains("Example: "),
        "\(command.configuration.commandName ?? "\(command)")")
    }
  }

  @Test func theExitCodesAreDocumented() throws {
    let rows = ExitCodes.allCases.map { "| \($0.rawValue) | \($0.meaning) |" }
    try expectFresh(
      """
      # Exit codes

      Every command ends with one of these. An error says on standard error what happened and, behind `HINT`, what to do.

      | code | meaning |
      |---|---|
      \(rows.joined(separator: "\n"))

      """, "exit-codes.md")
  }

  @Test func theConfigurationIsDocumented() throws {
    try expectFresh(
      """
      # Configuration

      `pg_autoctl create` writes a file that people edit, in TOML, for PGDATA `/a/b` at
      `$XDG_CONFIG_HOME/pg_autoctl/a/b/pg_autoctl.toml` (`~/.config/…`). The last column
      says what makes a change count. `pg_autoctl config get` shows the file or one setting, `config set` changes one line of
      it and leaves comments alone, `config check` finds every mistake with its line.

      ## A node

      \(Self.table(KeeperConfiguration()))

      ## A monitor

      \(Self.table(MonitorConfiguration()))

      """, "configuration.md")
  }

  @Test func theWaysOfAKeeperAreDocumented() throws {
    let rows = Transition.all.map { row in
      let states = row.from.map(\.rawValue).sorted().map { "`\($0)`" }.joined(separator: " ")
      let steps = row.steps.map(\.words).joined(separator: "; ")
      return
        "| \(states) | `\(row.to.rawValue)` | \(steps.isEmpty ? "–" : steps) | \(row.because) |"
    }
    try expectFresh(
      """
      # What a keeper does on the way from state to state

      Made from the keeper's table. The monitor says where to go ([states and rules](states-and-rules.md)); its
      keeper performs these steps, one after the other, and then reports the new state. A step that was cut
      short is performed again. A test compares this table with the rules, in both directions.

      | from | to | steps | because |
      |---|---|---|---|
      \(rows.joined(separator: "\n"))

      """, "transitions.md")
  }

  private static func table<Subject: Configurable>(_ defaults: Subject) -> String {
    let rows = Subject.settings.map { setting in
      let preset = setting.isRequired ? "" : "`\(setting.read(defaults).rendered)`"
      return """
        | `\(setting.table)` | `\(setting.key)` | \(setting.kind.wanted) | \(preset) | \
        \(setting.unit ?? "") | \(setting.means) | \(setting.application.words) |
        """
    }
    return """
      | table | key | value | default | unit | meaning | applied by |
      |---|---|---|---|---|---|---|
      \(rows.joined(separator: "\n"))
      """
  }

  @Test func theCommandsAreDocumented() throws {
    var page = """
      # Commands

      The help of each command, as `pg_autoctl … --help` prints it.

      """
    for (path, command) in Self.leaves(of: RootCommand.self, path: []) {
      let help = RootCommand.helpMessage(for: command, columns: 80)
      page += "\n## \(path.joined(separator: " "))\n\n```text\n\(help)\n```\n"
    }
    try expectFresh(page, "commands.md")
  }

  private static func leaves(
    of command: any ParsableCommand.Type, path: [String]
  ) -> [([String], any ParsableCommand.Type)] {
    let here = path + [command._commandName]
    let below = command.configuration.subcommands.filter { $0.configuration.shouldDisplay }
    return below.isEmpty ? [(here, command)] : below.flatMap { leaves(of: $0, path: here) }
  }
}
