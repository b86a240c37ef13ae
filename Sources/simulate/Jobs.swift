internal import Foundation

/// Simulates the parts of a range of days in processes of their own, each with its own monitor.
struct Jobs {
  let count: Int

  /// The parts of a range, one for each job.
  func parts(of seeds: ClosedRange<UInt64>) -> [ClosedRange<UInt64>] {
    let number = UInt64(min(count, seeds.count))
    let size = UInt64(seeds.count) / number
    return (0..<number).map { part in
      let first = seeds.lowerBound + part * size
      return first...(part == number - 1 ? seeds.upperBound : first + size - 1)
    }
  }

  /// Runs this very program for each part; answers with the lines that they printed.
  func run(_ seeds: ClosedRange<UInt64>, _ arguments: [String]) throws -> [String] {
    let started = try parts(of: seeds).map { part in
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      process.arguments =
        ["--seeds", "\(part.lowerBound)..\(part.upperBound)", "--jobs", "1"] + arguments
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      return (process, output)
    }
    return started.flatMap { process, output in
      let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      process.waitUntilExit()
      return text.components(separatedBy: "\n").filter { !$0.isEmpty }
    }
  }
}
