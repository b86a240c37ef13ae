internal import ArgumentParser
internal import CMalloc
internal import Configuration
internal import Glibc
internal import Logging
internal import MonitorClient

/// The whole program: words in, an exit code out.
public enum Program {
  /// Performs the command of this process's words, in a world that may be adjusted, and ends the process.
  public static func main(
    adjusting: @Sendable (inout CommandContext) -> Void = { _ in }
  ) async -> Never {
    takeMemoryFromOnePlace()
    let words = Array(CommandLine.arguments.dropFirst())
    let status = await run(words, output: StandardOutput(), adjusting: adjusting)
    exit(status.rawValue)
  }

  /// Has all threads share one arena, before the first of them allocates. By itself the C library gives each of them its own,
  /// and the free pieces of all of them make a service grow for days, though what it holds stays the same (mallopt(3)).
  private static func takeMemoryFromOnePlace() {
    mallopt(malloc_arena_max, 1)
  }

  /// Parses the words, performs the command, prints its answer or its error. Tests put their own
  /// parts into the world before the command sees it.
  static func run(
    _ words: [String], output: any Output, adjusting: (inout CommandContext) -> Void = { _ in }
  ) async -> ExitCodes {
    do {
      let parsed = try RootCommand.parseAsRoot(expanded(words))
      if let command = parsed as? any Command {
        var context = CommandContext.live(command.global, output: output)
        adjusting(&context)
        return await perform(command, in: context)
      }
      // The name of a group alone, or help.
      var group = parsed
      try group.run()
      return .success
    } catch {
      return tell(
        parsingError: error, isHelp: words.contains(where: asksForWords), to: output)
    }
  }

  private static let helpWords: Set = [
    "help", "--help", "-h", "--version", "--generate-completion-script",
    "--experimental-dump-help",
  ]

  /// Does this word ask what commands there are, for a person, a shell or a manual?
  private static func asksForWords(_ word: String) -> Bool {
    helpWords.contains(String(word.prefix { $0 != "=" }))
  }

  /// `show uri --monitor` without a value asks for the monitor's own URI.
  static func expanded(_ words: [String]) -> [String] {
    guard words.contains("show"), words.contains("uri"),
      let place = words.firstIndex(of: "--monitor"),
      place == words.count - 1 || words[place + 1].hasPrefix("-")
    else { return words }
    return words[..<place] + ["--formation", "monitor"] + words[(place + 1)...]
  }

  /// Performs a command in a context.
  static func perform(_ command: some Command, in context: CommandContext) async -> ExitCodes {
    var command = command
    do {
      if command.isForServerOwner { try refuseRoot(in: context) }
      let answer = try await command.run(in: context)
      Renderer.print(answer, as: context.format, to: context.output)
      return (answer as? any ExitStatus)?.exit ?? .success
    } catch {
      let failure = CommandError(error)
      tell(failure, in: context)
      return failure.exit
    }
  }

  private static func refuseRoot(in context: CommandContext) throws {
    guard context.userID == 0 else { return }
    throw CommandError(
      .badArguments, "pg_autoctl must not run as root, because PostgreSQL does not.",
      hint: "Run it as the user who owns the data directory: sudo -u postgres pg_autoctl ….")
  }

  private static func tell(_ failure: CommandError, in context: CommandContext) {
    context.logger.error("\(sentence(failure.message))")
    if let hint = failure.hint {
      context.output.note(
        "\(ConsoleLogHandler.timeOfDay()) \(getpid()) HINT   \(sentence(hint))\n")
    }
  }

  /// With a capital first letter, unless that word is a name, and a full stop.
  static func sentence(_ text: String) -> String {
    let word = text.prefix { !$0.isWhitespace }
    let isName = word.contains { !$0.isLetter && $0 != "'" && $0 != "," }
    let start = isName ? text : text.prefix(1).uppercased() + text.dropFirst()
    return start.last.map { ".!?".contains($0) } == true ? start : start + "."
  }

  /// Help that was asked for is a result. Anything else is a mistake in the words, and so is the name
  /// of a group without a command, which the parser answers with help.
  private static func tell(
    parsingError error: any Error, isHelp: Bool, to output: any Output
  ) -> ExitCodes {
    let text = RootCommand.fullMessage(for: error)
    if isHelp, RootCommand.exitCode(for: error) == .success {
      output.result(text + "\n")
      return .success
    }
    output.note(text.hasPrefix("Error: ") ? "ERROR " + text.dropFirst(7) + "\n" : text + "\n")
    return .badArguments
  }
}

/// An answer that decides how the program ends, such as that of `status`.
public protocol ExitStatus {
  var exit: ExitCodes { get }
}
