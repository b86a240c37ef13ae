internal import Foundation

/// What a server and all its processes take of the machine. Whoever asks needs to be of their user.
struct ServerUsage {
  /// Seconds of CPU since the processes began, those that have ended included.
  var cpu: Double
  var processes: Int

  /// Looks at all processes of the server of this data directory.
  init(dataDirectory: String) throws {
    let (postmaster, pids) = try Self.processes(of: dataDirectory)
    processes = pids.count
    cpu = 0
    for pid in pids {
      // One that ends meanwhile is counted by its parent.
      guard let fields = Self.fields(of: pid) else { continue }
      let ticks = fields[11...(pid == postmaster ? 14 : 12)].compactMap { Double($0) }
      cpu += ticks.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
  }

  /// Memory in megabytes, what they share counted once. To find out takes a second or more for a thousand processes.
  static func megabytes(dataDirectory: String) throws -> Double {
    try processes(of: dataDirectory).pids.map(proportionalShare).reduce(0, +)
  }

  private static func processes(
    of dataDirectory: String
  ) throws -> (postmaster: Int, pids: [Int]) {
    let lockFile = try String(contentsOfFile: dataDirectory + "/postmaster.pid", encoding: .utf8)
    let postmaster = lockFile.split(separator: "\n").first.flatMap { Int($0) } ?? 0
    let pids = try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { Int($0) }
      .filter { $0 == postmaster || fields(of: $0)?[1] == "\(postmaster)" }
    return (postmaster, pids)
  }

  /// What the system says of a process after its name, which may hold anything: the state, the parent, …
  private static func fields(of pid: Int) -> [Substring]? {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else {
      return nil
    }
    return stat.lastIndex(of: ")").map { stat[stat.index(after: $0)...].split(separator: " ") }
  }

  private static func proportionalShare(of pid: Int) -> Double {
    let text = (try? String(contentsOfFile: "/proc/\(pid)/smaps_rollup", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("Pss:") }
    return (line?.split(separator: " ").dropFirst().first).flatMap { Double($0) }.map { $0 / 1024 }
      ?? 0
  }
}
