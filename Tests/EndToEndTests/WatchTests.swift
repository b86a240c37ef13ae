import Foundation
import TestSupport
import Testing

/// `pg_autoctl watch` in a real terminal.
@Suite(.serialized, .cluster(.twoNodes))
struct WatchTests {
  @Test(.timeLimit(.minutes(2)))
  func somebodyWatchesAFailoverAndARestartOfTheMonitor() async throws {
    let cluster = try Cluster.ofThisTest
    let (primary, standby) = try await cluster.readyPair()
    let names = [
      try await cluster.status(of: primary).name, try await cluster.status(of: standby).name,
    ]
    let uri = try await cluster.monitor.succeed(["show", "uri", "--formation", "monitor"]).text
    let terminal = RealTerminal(on: cluster.app)
    try await terminal.open("pg_autoctl watch --monitor '\(uri)'", columns: 100, rows: 24)
    do {
      try await terminal.shows("both nodes") { screen in
        names.allSatisfy { name in screen.contains { $0.hasPrefix("\(name) ") } }
          && screen.contains { $0.contains("read-write") && $0.contains("primary") }
          && screen.contains("Events")
      }
      try await cluster.monitor.succeed(["perform", "switchover"])
      try await terminal.shows("the switchover with its rules") { screen in
        screen.contains { $0.hasPrefix("\(names[1]) ") && $0.contains("read-write") }
          && screen.contains { $0.contains("[343]") }
      }
      try await terminal.types("Up")
      try await terminal.shows("older events") { $0.contains("Events, 1 newer ones below") }
      try await terminal.types("End")
      try await terminal.resizes(columns: 44, rows: 12)
      try await terminal.shows("the narrow table") { screen in
        screen.contains { $0.hasPrefix("Name") && !$0.contains("Host:Port") }
      }
      try await terminal.types("?")
      try await terminal.shows("the keys") { $0.contains { $0.contains("scroll the events") } }
      try await terminal.types("?")
      try await cluster.monitor.succeed(["stop"])
      try await terminal.shows("that it is old") { $0.contains { $0.hasPrefix("Since ") } }
      try await cluster.monitor.startKeeper()
      try await terminal.shows("news again") { !$0.contains { $0.hasPrefix("Since ") } }
      try await terminal.types("q")
      try await terminal.shows("the shell again") { $0.contains("ended with 0") }
    } catch {
      await terminal.close()
      throw error
    }
    await terminal.close()
    try await cluster.settle(primary: standby, standby: primary)
  }
}

/// A terminal that a program draws on and a person types into: tmux on a socket of its own.
private struct RealTerminal {
  let host: VirtualHost

  init(on host: VirtualHost) { self.host = host }

  /// Runs a command in a new terminal; when it has ended, the screen says how.
  func open(_ command: String, columns: Int, rows: Int) async throws {
    try await tmux(
      "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)",
      "\(command); echo \"ended with $?\"; exec cat")
  }

  func types(_ key: String) async throws { try await tmux("send-keys", key) }

  func resizes(columns: Int, rows: Int) async throws {
    try await tmux("resize-window", "-x", "\(columns)", "-y", "\(rows)")
  }

  /// Waits until the lines of the screen satisfy this.
  func shows(_ what: String, _ isThere: @escaping @Sendable ([String]) -> Bool) async throws {
    try await eventually("the screen to show \(what)") {
      let screen = try await tmux("capture-pane", "-p").output
      let lines = screen.split(separator: "\n", omittingEmptySubsequences: false).map { line in
        String(line).trimmingCharacters(in: CharacterSet(charactersIn: " \r"))
      }
      guard isThere(lines) else { throw NotYet(screen) }
    }
  }

  func close() async { _ = try? await tmux("kill-server") }

  @discardableResult
  private func tmux(_ words: String...) async throws -> CommandOutcome {
    try await host.succeed(
      ["tmux", "-L", "watch", "-f", "/dev/null"] + words,
      environment: ["TERM": "screen", "LC_ALL": "C.UTF-8"])
  }
}
