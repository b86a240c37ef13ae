/// What a command answers: a value that people read as text and programs as JSON.
public protocol Displayable: Sendable {
  /// For people; lines with their ends.
  var text: String { get }
  /// The same for a terminal with lines of so many characters; `nil` where there is no terminal.
  func text(within width: Int?) -> String
  /// For programs.
  var json: JSONValue { get }
}

extension Displayable {
  public func text(within width: Int?) -> String { text }
}

/// The answer of a command that was asked to do something: it is done, and the log has said so.
public struct Silence: Displayable, Equatable {
  public init() {}
  public var text: String { "" }
  public var json: JSONValue { .null }
}

/// In which form an answer is printed.
public enum OutputFormat: Sendable {
  case text
  case json
}

/// Prints answers; the only place that does.
public enum Renderer {
  public static func print(
    _ answer: some Displayable, as format: OutputFormat, to output: any Output
  ) {
    switch format {
    case .text:
      let text = answer.text(within: output.resultWidth)
      if !text.isEmpty { output.result(text) }
    case .json:
      if answer.json != .null { output.result(answer.json.rendered + "\n") }
    }
  }
}
