internal import ArgumentParser
internal import Foundation
internal import Simulation

/// Plays the scenarios and compares their stories with those that are expected.
struct Scenarios: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Plays scenario files, and says where their stories differ.")

  @OptionGroup var place: LaboratoryOptions

  @Flag(help: "Write the stories into the files: read the difference before you commit it.")
  var update = false

  @Argument(help: "The files.")
  var files: [String]

  func run() throws {
    let simulator = try Simulator(laboratory: place.laboratory())
    var failed = false
    for (number, file) in files.enumerated() {
      let scenario = Scenario(text: try String(contentsOfFile: file, encoding: .utf8))
      let report = try simulator.play(scenario)
      if update { try report.text.write(toFile: file, atomically: true, encoding: .utf8) }
      let isRight = update || report.differences.isEmpty
      print("\(isRight ? "ok" : "not ok") \(number + 1) - \(file)")
      if !isRight {
        failed = true
        for line in report.differences { print("# \(line)") }
      }
    }
    if failed { throw ExitCode(1) }
  }
}
