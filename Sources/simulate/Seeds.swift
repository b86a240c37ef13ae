internal import ArgumentParser
internal import Foundation
internal import Simulation

/// The days of some seeds.
struct Seeds: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Simulates one day and tells it, or many and sums them up.")

  @OptionGroup var place: LaboratoryOptions
  @OptionGroup var limits: KeeperLimits

  @Option(help: "The day to tell.")
  var seed: UInt64?

  @Option(help: "The days to sum up, as first..last.")
  var seeds: String?

  @Option(help: "How many nodes the group has; else the seed decides.")
  var nodes: Int?

  @Option(help: "How many days are simulated at once, each by a process and monitor of its own.")
  var jobs = 1

  @Option(help: "A folder to write the story of each day into on which a promise does not hold.")
  var stories: String?

  @Flag(help: "Stop at the first day on which a promise does not hold.")
  var first = false

  func run() throws {
    if let seed {
      try tell(seed)
    } else if jobs > 1 {
      try share(try range())
    } else {
      try sumUp(try range())
    }
  }

  private func simulator() throws -> Simulator {
    var options = DayOptions()
    options.nodes = nodes
    options.keeperSettings = limits.settings
    return Simulator(laboratory: try place.laboratory(), options: options)
  }

  private func range() throws -> ClosedRange<UInt64> {
    let ends = (seeds ?? "1..100").components(separatedBy: "..").compactMap(UInt64.init)
    guard ends.count == 2, ends[0] <= ends[1] else {
      throw ValidationError("Write the seeds as first..last, such as 1..100.")
    }
    return ends[0]...ends[1]
  }

  private func tell(_ seed: UInt64) throws {
    let report = try simulator().day(seed, isTold: true)
    for line in report.story { print(line) }
    print(report.finding.map { "seed \(seed): \($0)" } ?? "seed \(seed): every promise held")
    if report.finding != nil { throw ExitCode(1) }
  }

  private func sumUp(_ seeds: ClosedRange<UInt64>) throws {
    let simulator = try simulator()
    var sum = Sum()
    for seed in seeds {
      let report = try simulator.day(seed, isTold: stories != nil)
      sum.add(report)
      if let finding = report.finding {
        print("seed \(seed): \(finding)")
        try keep(report.story, of: seed)
        if first { break }
      }
    }
    try sum.conclude()
  }

  private func keep(_ story: [String], of seed: UInt64) throws {
    guard let stories else { return }
    try FileManager.default.createDirectory(atPath: stories, withIntermediateDirectories: true)
    try (story.joined(separator: "\n") + "\n").write(
      toFile: "\(stories)/\(seed)", atomically: false, encoding: .utf8)
  }

  /// Several processes share the days; their findings and sums are put together.
  private func share(_ seeds: ClosedRange<UInt64>) throws {
    var arguments = ["--programs", place.programs, "--sql", place.sql]
    if let nodes { arguments += ["--nodes", "\(nodes)"] }
    for setting in place.monitorSettings { arguments += ["--monitor-setting", setting] }
    arguments += limits.arguments
    if let stories { arguments += ["--stories", stories] }
    if first { arguments.append("--first") }
    var sum = Sum()
    for line in try Jobs(count: jobs).run(seeds, arguments) {
      if !sum.add(line) { print(line) }
    }
    guard first || sum.days == seeds.count else {
      print("Only \(sum.days) of \(seeds.count) days were simulated.")
      throw ExitCode(2)
    }
    try sum.conclude()
  }
}

/// Where the simulated monitor's programs and its SQL lie.
struct LaboratoryOptions: ParsableArguments {
  @Option(help: "Where initdb and pg_ctl lie.")
  var programs =
    ProcessInfo.processInfo.environment["PG_BINDIR"] ?? "/usr/lib/postgresql/15/bin"

  @Option(help: "The monitor's SQL.")
  var sql = "sql"

  @Option(
    name: .customLong("monitor-setting"),
    help: "A setting of the monitor, such as node_considered_unhealthy_timeout=1s.")
  var monitorSettings: [String] = []

  func laboratory() throws -> Laboratory {
    var settings: [String: String] = [:]
    for setting in monitorSettings {
      let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw ValidationError("Write a setting as name=value, not \(setting).")
      }
      settings[parts[0]] = parts[1]
    }
    return try Laboratory(programs: programs, sql: sql, settings: settings)
  }
}
