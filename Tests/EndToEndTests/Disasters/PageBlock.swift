import TestSupport

/// A command of a page.
struct PageBlock {
  /// The nearest heading above it.
  var heading: String
  /// The host on which it is given.
  var host: String
  var command: String
  /// What it prints, line by line; `nil` where the page does not say.
  var answer: [String]?

  /// The commands of a page, from its first line to its last.
  static func blocks(of page: String) throws -> [PageBlock] {
    var blocks: [PageBlock] = []
    var heading = ""
    // The language of the block that a line stands in, and the host of its commands.
    var (language, host) = (String?.none, String?.none)
    for line in page.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") {
        (language, host) = (language == nil ? String(line.dropFirst(3)) : nil, nil)
      } else if let language {
        switch language {
        case "sh":
          if line.hasPrefix("# on ") {
            host = line.dropFirst(5).split(separator: " ").first.map(String.init)
            continue
          }
          guard let host else { throw Hopeless("No host is named above: \(line)") }
          if let last = blocks.indices.last, blocks[last].command.hasSuffix("\\") {
            blocks[last].command = blocks[last].command.dropLast() + line
          } else if !line.trimmed.isEmpty {
            blocks.append(PageBlock(heading: heading, host: host, command: line))
          }
        case "console":
          if let prompt = line.firstRange(of: "$ "), !line[..<prompt.lowerBound].contains(" ") {
            blocks.append(
              PageBlock(
                heading: heading, host: String(line[..<prompt.lowerBound]),
                command: String(line[prompt.upperBound...]), answer: []))
          } else if !blocks.isEmpty {
            blocks[blocks.count - 1].answer?.append(line)
          }
        default: break
        }
      } else if line.hasPrefix("#") {
        heading = String(line.drop { $0 == "#" }).trimmed
      }
    }
    return blocks
  }

  /// Does it change nothing, so that it may be given again?
  var isQuestion: Bool {
    ["pg_autoctl show", "pg_autoctl status", "pg_autoctl check", "psql", "journalctl"]
      .contains { command.hasPrefix($0) }
  }

  private static let prompt = "Type the name of the formation to go on: "

  /// What a person types, where the command asks.
  var typed: String? {
    answer?.compactMap { line in
      line.hasPrefix(Self.prompt) ? String(line.dropFirst(Self.prompt.count)) : nil
    }.first
  }

  /// Every line of `expected` must be one that was printed. Spaces count as one.
  func require(_ expected: [String], in printed: String) throws {
    let lines = printed.lines.map(Self.squeezed)
    // What is typed is echoed by the terminal when it comes, which is before the prompt.
    let expected = expected.map { $0.hasPrefix(Self.prompt) ? "…" + Self.prompt + "…" : $0 }
    for line in expected.map(Self.squeezed) where !line.isEmpty && line != "…" {
      guard lines.contains(where: { Self.matches($0[...], line) }) else {
        throw NotYet("\(command): no line is\n  \(line)\nin\n\(printed)")
      }
    }
  }

  private static func squeezed(_ line: String) -> String {
    line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// Is a line that one, where `…` stands for anything?
  private static func matches(_ line: Substring, _ pattern: String) -> Bool {
    let pieces = pattern.split(separator: "…", omittingEmptySubsequences: false)
    guard let first = pieces.first, let last = pieces.last, line.hasPrefix(first) else {
      return false
    }
    guard pieces.count > 1 else { return line == first }
    var rest = line.dropFirst(first.count)
    for piece in pieces.dropFirst().dropLast() {
      guard let found = rest.firstRange(of: piece.trimmingSpaces) else { return false }
      rest = rest[found.upperBound...]
    }
    return rest.hasSuffix(last)
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    var rest = self
    while rest.first == " " { rest.removeFirst() }
    while rest.last == " " { rest.removeLast() }
    return rest
  }
}
