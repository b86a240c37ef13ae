internal import Subprocess

/// What a program printed, and how it ended.
public struct CommandOutcome: Sendable {
  /// The words of the command line.
  public let command: [String]
  /// Its exit status; 128 + the signal's number when a signal ended it.
  public let status: Int
  /// All of its standard output.
  public let output: String
  /// All of its standard error.
  public let errorOutput: String

  /// Standard output without the white space around it.
  public var text: String { output.trimmed }
}

/// A program that did not end as it should have.
public struct CommandFailure: Error, Sendable, CustomStringConvertible {
  /// How it ended instead.
  public let outcome: CommandOutcome

  /// The command line, its status, and what it printed.
  public var description: String {
    """
    "\(outcome.command.joined(separator: " "))" ended with status \(outcome.status).
    \(outcome.errorOutput.trimmed.indented)
    \(outcome.output.trimmed.indented)
    """
  }
}

/// External programs, each bounded in time.
public enum Command {
  /// The status that `timeout` exits with when it had to end the program.
  static let timedOut = 124
  private static let outputLimit = 32 * 1024 * 1024

  /// Runs a program to its end; after `limit` it is ended, by force if need be, and has status 124.
  public static func run(
    _ words: [String], limit: Duration = .seconds(60)
  ) async throws -> CommandOutcome {
    let bounded = ["--kill-after=5", "\(limit.components.seconds)"] + words
    let result = try await Subprocess.run(
      .name("timeout"), arguments: Arguments(bounded),
      output: .string(limit: outputLimit), error: .string(limit: outputLimit))
    let status =
      switch result.terminationStatus {
      case .exited(let code): Int(code)
      case .signaled(let signal): 128 + Int(signal)
      }
    return CommandOutcome(
      command: words, status: status,
      output: result.standardOutput, errorOutput: result.standardError)
  }

  /// Runs a program that must end with status 0, else throws `CommandFailure`.
  @discardableResult
  public static func succeed(
    _ words: [String], limit: Duration = .seconds(60)
  ) async throws -> CommandOutcome {
    let outcome = try await run(words, limit: limit)
    guard outcome.status == 0 else { throw CommandFailure(outcome: outcome) }
    return outcome
  }
}

extension String {
  /// Without the white space around it.
  public var trimmed: String {
    var rest = Substring(self)
    while let last = rest.last, last.isWhitespace { rest.removeLast() }
    while let first = rest.first, first.isWhitespace { rest.removeFirst() }
    return String(rest)
  }

  /// Its lines, without the empty ones.
  public var lines: [String] { split(whereSeparator: \.isNewline).map(String.init) }

  /// Each line two spaces to the right.
  var indented: String { lines.map { "  " + $0 }.joined(separator: "\n") }

  /// At most so many of its last lines.
  func tail(_ count: Int) -> String { lines.suffix(count).joined(separator: "\n") }
}
