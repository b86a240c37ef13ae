/// Where a command's words go: results to one place, everything else to another.
public protocol Output: Sendable {
  /// Writes to standard output: what the command was asked for, and nothing else.
  func result(_ text: String)
  /// Writes to standard error.
  func note(_ text: String)
  /// How many characters a line of standard output has where people watch it; `nil` where nobody does.
  var resultWidth: Int? { get }
  /// Do people watch standard error? Then long work shows its progress there.
  var noteIsWatched: Bool { get }
}

/// The program's own standard output and standard error.
struct StandardOutput: Output {
  var resultWidth: Int? { Terminal.isTerminal(1) ? Terminal.size.columns : nil }
  let noteIsWatched = Terminal.isTerminal(2)

  func result(_ text: String) { Terminal.write(text, to: 1) }

  func note(_ text: String) { Terminal.write(text, to: 2) }
}
