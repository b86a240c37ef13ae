internal import ArgumentParser
internal import Foundation
internal import Simulation

/// The days of some seeds.
struct Seeds: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulates one day and tells it, or many and sums them up.")

  @OptionGroup var place: LaboratoryOptions

  @Option(help: "The day to tell.")
  var seed: UInt64?

  @Option(help: "The days to sum up, as first..last.")
  var seeds: String?

  @Option(help: "How many nodes the group has; else the seed decides.")
  var nodes: Int?

  @Flag(help: "Stop at the first day on which a promise does not hold.")
  var first = false

  func run() throws {
    let simulator = try Simulator(laboratory: place.laboratory(), options: options)
    if let seed {
      try tell(seed, simulator)
    } else {
      try sumUp(try range(), simulator)
    }
  }

  private var options: DayOptions {
    var options = DayOptions()
    options.nodes = nodes
    return options
  }

  private func range() throws -> ClosedRange<UInt64> {
    let ends = (seeds ?? "1..100").components(separatedBy: "..").compactMap(UInt64.init)
    guard ends.count == 2, ends[0] <= ends[1] else {
      throw ValidationError("Write the seeds as first..last, such as 1..100.")
    }
    return ends[0]...ends[1]
  }

  private func tell(_ seed: UInt64, _ simulator: Simulator) throws {
    let report = try simulator.day(seed, isTold: true)
    for line in report.story { print(line) }
    print(report.finding.map { "seed \(seed): \($0)" } ?? "seed \(seed): every promise held")
    if report.finding != nil { throw ExitCode(1) }
  }

  private func sumUp(_ seeds: ClosedRange<UInt64>, _ simulator: Simulator) throws {
    var (days, findings, seconds, commits) = (0, 0, 0.0, 0)
    let began = ContinuousClock.now
    for seed in seeds {
      let report = try simulator.day(seed)
      days += 1
      seconds += report.virtualSeconds
      commits += report.acknowledgedCommits
      guard let finding = report.finding else { continue }
      findings += 1
      print("seed \(seed): \(finding)")
      if first { break }
    }
    print(
      "\(days) days, \(Int(seconds)) virtual seconds, \(commits) acknowledged commits, "
        + "in \((ContinuousClock.now - began).components.seconds) s")
    print("\(days - findings) passed, \(findings) failed, 0 skipped")
    if findings > 0 { throw ExitCode(1) }
  }
}

/// Where the simulated monitor's programs and its SQL lie.
struct LaboratoryOptions: ParsableArguments {
  @Option(help: "Where initdb and pg_ctl lie.")
  var programs =
    ProcessInfo.processInfo.environment["PG_BINDIR"] ?? "/usr/lib/postgresql/15/bin"

  @Option(help: "The monitor's SQL.")
  var sql = "sql"

  func laboratory() throws -> Laboratory { try Laboratory(programs: programs, sql: sql) }
}
