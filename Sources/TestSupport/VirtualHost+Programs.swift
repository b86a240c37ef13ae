internal import Foundation

extension VirtualHost {
  /// Runs a program to its end. After `limit` it is ended and has status 124.
  public func run(
    _ words: [String], asRoot: Bool = false, environment: [String: String] = [:],
    limit: Duration = .seconds(60)
  ) async throws -> CommandOutcome {
    try await Command.run(
      commandLine(words, asRoot: asRoot, environment: environment), limit: limit
    ).naming(words, on: self)
  }

  /// Runs a program that must end with status 0, else throws `CommandFailure`.
  @discardableResult
  public func succeed(
    _ words: [String], asRoot: Bool = false, environment: [String: String] = [:],
    limit: Duration = .seconds(60)
  ) async throws -> CommandOutcome {
    let outcome = try await run(words, asRoot: asRoot, environment: environment, limit: limit)
    guard outcome.status == 0 else { throw CommandFailure(outcome: outcome) }
    return outcome
  }

  /// Starts a program that goes on by itself; its output is appended to the log of that label.
  public func start(
    _ label: String, _ words: [String], asRoot: Bool = false, environment: [String: String] = [:]
  ) async throws -> BackgroundProcess {
    let process = BackgroundProcess(host: self, label: label)
    try? FileManager.default.removeItem(atPath: process.pidFile)
    try await Command.succeed(
      commandLine(
        ["setsid", "--fork", "background", process.logFile, process.pidFile, process.statusFile]
          + words, asRoot: asRoot, environment: environment))
    try await eventually(
      "\(label) to start on \(name)", within: .seconds(10), every: .milliseconds(10)
    ) {
      _ = try process.pid
    }
    return process
  }

  /// Writes a file as its user.
  public func write(_ text: String, to path: String) async throws {
    try await succeed(["sh", "-c", #"printf '%s\n' "$1" >"$0""#, path, text])
  }

  /// The text of a file on this host; relative paths begin in its user's home.
  public func read(_ path: String) throws -> String {
    try String(
      contentsOfFile: path.hasPrefix("/") ? path : "\(home)/\(path)", encoding: .utf8)
  }

  /// The logs that were written on this host, each with its last lines, for a person to read.
  public func logTails(lines count: Int = 30) -> String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: logs)) ?? []
    return names.filter { $0.hasSuffix(".log") }.sorted().map { file in
      let text = (try? read("\(logs)/\(file)")) ?? ""
      return "--- \(name): \(file)\n\(text.tail(count))"
    }.joined(separator: "\n")
  }
}

extension CommandOutcome {
  /// The same outcome under the words that a person would have typed.
  func naming(_ words: [String], on host: VirtualHost) -> CommandOutcome {
    CommandOutcome(
      command: ["\(host.name):"] + words, status: status, output: output, errorOutput: errorOutput)
  }
}
