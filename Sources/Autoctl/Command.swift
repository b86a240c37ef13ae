public import ArgumentParser

/// A command: it parses its words, does or asks something in its context, and returns the answer.
/// It prints nothing by itself; one renderer does. `run(in:)` is what tests call.
public protocol Command: ParsableCommand {
  associatedtype Answer: Displayable

  var global: GlobalOptions { get }
  /// Does it touch the local server, which must not run as root?
  var isForServerOwner: Bool { get }
  mutating func run(in context: CommandContext) async throws -> Answer
}

extension Command {
  public var isForServerOwner: Bool { false }
}
