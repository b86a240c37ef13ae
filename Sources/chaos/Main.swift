internal import ChaosHistory
internal import Foundation
internal import LineFile
internal import TestSupport

/// The fault laboratory: `chaos SEED MINUTES NODES [FILE]` lets faults that the seed draws happen
/// to a group of so many nodes while clients write, read and probe, and looks whether anything was
/// lost, changed, or written twice at once, and whether the group gets whole again by itself. A
/// line of JSON is appended to FILE, the history lies beside it. `chaos check HISTORY …` looks at
/// histories alone, `chaos sum FILE …` puts the figures of runs together. Ends with 1 when a promise was broken. Needs root.
///
/// NAMES in the environment are parts of names of faults, with commas between: only those happen.
/// TURNS=1 there lets each happen once, alone and in turn, however long it takes. SABOTAGE there
/// breaks the system on purpose, so that one sees the checkers fail: see `Sabotage`.
@main
struct Main {
  static func main() async {
    let words = Array(CommandLine.arguments.dropFirst())
    do {
      if words.first == "check", words.count > 1 {
        exit(report(Checker(try words.dropFirst().flatMap { try LineFile.read($0) }).problems))
      }
      if words.first == "sum", words.count > 1 {
        let results: [Result] = try words.dropFirst().flatMap { try LineFile.read($0) }
        print(Result.sum(of: results))
        exit(report(results.flatMap(\.problems)))
      }
      guard words.count >= 3, let seed = UInt64(words[0]), let minutes = Double(words[1]),
        let nodes = Int(words[2]), (2...7).contains(nodes)
      else {
        say("usage: chaos SEED MINUTES NODES [FILE] | chaos check HISTORY … | chaos sum FILE …")
        exit(2)
      }
      let sabotage = try Sabotage(named: environment("SABOTAGE"))
      let result = try await Laboratory(
        seed: seed, nodes: nodes, faults: try faults(), inTurn: environment("TURNS") != nil,
        file: words.count > 3 ? words[3] : nil, sabotage: sabotage
      ).run(for: .seconds(minutes * 60))
      print(result.table)
      exit(report(result.problems))
    } catch {
      say("\(error)")
      exit(1)
    }
  }

  private static func environment(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func faults() throws -> [Fault] {
    let parts = (environment("NAMES") ?? "").split(separator: ",")
    let chosen = Fault.all.filter { fault in
      parts.isEmpty || parts.contains { fault.name.contains($0) }
    }
    if chosen.isEmpty {
      throw Hopeless("NAMES fits no fault: \(Fault.all.map(\.name).joined(separator: ", "))")
    }
    return chosen
  }

  private static func report(_ problems: [String]) -> Int32 {
    for problem in problems { print("BROKEN: \(problem)") }
    print(problems.isEmpty ? "Every promise was kept." : "\(problems.count) promises were broken.")
    return problems.isEmpty ? 0 : 1
  }
}

/// Progress, for who waits.
func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
