import Failover
import Foundation
import MonitorClient
import Synchronization

@testable import Autoctl

/// A person at a terminal: gives commands in a world of their own and reads what comes back.
final class Person: Sendable {
  /// What a command answered.
  struct Outcome {
    var status: ExitCodes
    /// Standard output.
    var result: String
    /// Standard error.
    var log: String

    /// The lines of the log without time and process.
    var messages: [String] {
      log.split(separator: "\n").map { line in
        let words = line.split(separator: " ")
        let isLogged = words.count > 3 && words[0].contains(":")
        return words.dropFirst(isLogged ? 2 : 0).joined(separator: " ")
      }
    }
  }

  /// A directory of this person's own: home and working directory.
  let home: String
  private let monitor: FakeMonitor
  let clock = JumpingClock()

  init(monitor script: FakeMonitor.Script = .init()) throws {
    home = FileManager.default.temporaryDirectory.path + "/person-\(UUID())"
    for folder in ["bin", "run"] {
      try FileManager.default.createDirectory(
        atPath: "\(home)/\(folder)", withIntermediateDirectories: true)
    }
    monitor = FakeMonitor(script, clock: clock)
  }

  deinit { try? FileManager.default.removeItem(atPath: home) }

  /// What was asked of the monitor.
  var requests: [String] { monitor.requests }

  /// Gives a command; with a width, to a terminal of so many columns.
  ///
  /// With an answer there is a terminal, and whatever is asked is answered so.
  func types(
    _ line: String, environment: [String: String] = [:], userID: UInt32 = 1000,
    answering answer: String? = nil, width: Int? = nil
  ) async -> Outcome {
    let output = RecordedOutput(resultWidth: width)
    let status = await Program.run(
      line.split(separator: " ").map(String.init), output: output
    ) { context in
      context.environment = [
        "HOME": home, "PATH": home + "/bin", "PG_REGRESS_SOCK_DIR": home,
        "XDG_RUNTIME_DIR": home + "/run",
      ].merging(environment) { $1 }
      context.workingDirectory = home
      context.userID = userID
      context.userName = "ada"
      context.hostName = "desk"
      context.asks = answer.map { output.terminal(answering: $0) }
      context.programPath = "/usr/local/bin/pg_autoctl"
      context.clock = clock
      context.monitors = { [monitor] _, _ in monitor }
    }
    return Outcome(status: status, result: output.results, log: output.notes)
  }

  /// Writes a file below the home.
  func writes(_ text: String, to path: String, executable: Bool = false) throws {
    let place = URL(fileURLWithPath: home + "/" + path)
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: place)
    if executable {
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755], ofItemAtPath: place.path)
    }
  }

  /// Installs programs that look like those of a PostgreSQL of this version; its `initdb` tells
  /// where the extension would lie.
  func installsPrograms(version: String) throws {
    for name in ["postgres", "pg_controldata", "pg_basebackup", "pg_rewind"] {
      try writes("#!/bin/sh\n", to: "bin/\(name)", executable: true)
    }
    try writes("#!/bin/sh\necho share_path=\(home)/share\n", to: "bin/initdb", executable: true)
    try writes(
      "#!/bin/sh\necho 'pg_ctl (PostgreSQL) \(version)'\n", to: "bin/pg_ctl", executable: true)
  }

  /// Is there a file or directory below the home?
  func has(_ path: String) -> Bool { FileManager.default.fileExists(atPath: home + "/" + path) }
}

/// Keeps what a command writes.
final class RecordedOutput: Output {
  private let written = Mutex((results: "", notes: ""))

  var results: String { written.withLock(\.results) }
  var notes: String { written.withLock(\.notes) }

  /// How wide the terminal is, if it is one.
  let resultWidth: Int?
  var noteIsWatched: Bool { false }

  init(resultWidth: Int?) { self.resultWidth = resultWidth }

  func result(_ text: String) { written.withLock { $0.results += text } }

  func note(_ text: String) { written.withLock { $0.notes += text } }

  /// A terminal that shows each question, and whose person always gives the same answer.
  func terminal(answering answer: String) -> @Sendable (_ question: String) -> String? {
    { question in
      self.note(question + "\n")
      return answer
    }
  }
}
