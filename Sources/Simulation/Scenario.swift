internal import Foundation

/// A story told in a file: commands, `----`, what follows from them; block by block.
public struct Scenario {
  /// A block of a scenario.
  struct Block {
    /// Comments and commands, as they stand.
    var head: [String]
    var expected: [String]

    var commands: [String] {
      head.map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty && !$0.hasPrefix("#") }
    }
  }

  var blocks: [Block] = []

  public init(text: String) {
    var head: [String] = []
    var answer: [String]?
    for line in text.components(separatedBy: "\n") + [""] {
      if line == "----" {
        answer = []
      } else if line.isEmpty, let expected = answer {
        blocks.append(Block(head: head, expected: expected))
        (head, answer) = ([], nil)
      } else if answer != nil {
        answer?.append(line)
      } else if !line.isEmpty || !head.isEmpty {
        head.append(line)
      }
    }
  }

  /// How many hosts its commands name.
  var hosts: Int {
    let numbers = blocks.flatMap(\.commands).flatMap { $0.split(separator: " ") }
      .compactMap { $0.hasPrefix("node") ? Int($0.dropFirst(4)) : nil }
    return numbers.max() ?? 1
  }

  /// The file with these answers.
  func text(with answers: [[String]]) -> String {
    zip(blocks, answers).map { block, answer in
      (block.head + ["----"] + answer).joined(separator: "\n")
    }.joined(separator: "\n\n") + "\n"
  }
}

/// What a scenario came to.
public struct ScenarioReport {
  /// The file with the story as it happened.
  public var text: String
  /// Where the story differs from the one that was expected.
  public var differences: [String]
}

extension Simulator {
  /// Plays a scenario. What happens at what moment is chosen in the files for a world that is not prompt: silence is told in the
  /// health worker's next round, and each look at a stopped server waits for its answer.
  public func play(
    _ scenario: Scenario, isPrompt: Bool = false
  ) throws -> ScenarioReport {
    try laboratory.clear()
    return Stage.perform {
      let world = World(
        dice: Dice(seed: 1), laboratory: laboratory, isTold: false, hosts: scenario.hosts,
        isPrompt: isPrompt)
      let player = ScenarioPlayer(world: world)
      var answers: [[String]] = []
      var differences: [String] = []
      for block in scenario.blocks {
        let answer = player.play(block.commands)
        answers.append(answer)
        guard answer != block.expected else { continue }
        differences += block.commands
        differences += block.expected.filter { !answer.contains($0) }.map { "- \($0)" }
        differences += answer.filter { !block.expected.contains($0) }.map { "+ \($0)" }
      }
      world.close()
      return ScenarioReport(text: scenario.text(with: answers), differences: differences)
    }
  }
}
