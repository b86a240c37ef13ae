internal import ArgumentParser
internal import Configuration
internal import MonitorClient
internal import UnixSignals

/// `watch`: a live view of a formation, until somebody quits.
struct WatchCommand: Command {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Watch nodes, events and elections in the terminal.",
    discussion: """
      Shows each second what the monitor knows: states and goals, who takes writes, positions and \
      how far the others are behind, what the monitor's own probe says and how long ago each keeper \
      was heard, what elections wait for, and the latest events with the rules behind them. Press ? \
      for the keys, q to quit.

      Example: pg_autoctl watch --pgdata monitor
      """)

  @OptionGroup var access: MonitorOptions
  @OptionGroup var place: GroupOptions
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> Silence {
    guard let terminal = RawTerminal() else {
      throw CommandError(
        .badArguments, "Standard input and output are no terminal, which watching needs.",
        hint: "Where the output goes to a file or a program use: pg_autoctl show state --watch.")
    }
    let session = WatchSession(
      monitor: try access.client(in: context),
      formation: place.formation(or: try access.node(in: context)), group: place.group,
      clock: context.clock, terminal: terminal)
    // A wrong address is told before the screen is taken.
    try await session.begin()
    terminal.enter()
    defer { terminal.leave() }
    try await context.untilInterrupted {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await session.askEachSecond() }
        group.addTask {
          for await _ in await UnixSignalsSequence(trapping: .sigwinch) { await session.draw() }
        }
        group.addTask {
          var decoder = KeyDecoder()
          for await bytes in terminal.input {
            for key in decoder.feed(bytes) {
              if key == .quit { return }
              await session.press(key)
            }
          }
        }
        // Only the keyboard ends by itself.
        try await group.next()
        group.cancelAll()
      }
    }
    return Silence()
  }
}
