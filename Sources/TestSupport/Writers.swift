internal import Foundation

/// Clients that write all along, and record what was acknowledged.
public struct Writers: Sendable {
  private static let table = "acknowledged"
  private let processes: [(process: BackgroundProcess, file: String)]
  private let began: Moment

  /// Starts writers on each of these hosts; they know only the formation's address. `run` tells
  /// the numbers of one test's rows from another's.
  public static func start(
    on hosts: [VirtualHost], uri: String, run: Int, sessions: Int = 4
  ) async throws -> Writers {
    let first = hosts[0]
    try await first.succeed(
      ["psql", "-XAtq", "-d", uri, "-c", "create table if not exists \(table) (id bigint)"])
    let began = Moment.now
    var processes: [(BackgroundProcess, String)] = []
    for (index, host) in hosts.enumerated() {
      let file = "\(host.logs)/writer-\(run).jsonl"
      let process = try await host.start(
        "writer-\(run)",
        ["writer", "--uri", uri, "--table", table, "--file", file]
          + ["--sessions", "\(sessions)", "--first", "\((run * 100 + index) * 1_000_000_000)"])
      processes.append((process, file))
    }
    let writers = Writers(processes: processes, began: began)
    try await eventually("the first writes to be acknowledged", within: .seconds(30)) {
      guard writers.recorded > 0 else { throw NotYet("none yet") }
    }
    return writers
  }

  private init(processes: [(BackgroundProcess, String)], began: Moment) {
    self.processes = processes
    self.began = began
  }

  /// Waits until so many more writes were acknowledged.
  public func more(_ count: Int = 20, within limit: Duration = .seconds(60)) async throws {
    let before = recorded
    try await eventually("\(count) more acknowledged writes", within: limit) {
      let now = recorded
      guard now >= before + count else { throw NotYet("\(now - before) so far") }
    }
  }

  /// Waits until this host's server has acknowledged a write from now on.
  public func acknowledged(by host: VirtualHost, within limit: Duration = .seconds(60)) async throws
  {
    let from = Moment.now.nanoseconds
    try await eventually("a write acknowledged by \(host.name)", within: limit) {
      let latest = try read(last: 50)
      guard latest.contains(where: { $0.server == host.address && $0.acknowledged > from }) else {
        throw NotYet("the last one is by \(latest.last?.server ?? "nobody")")
      }
    }
  }

  /// Tells them to end, and returns what they were told. Writers on hosts that were powered off
  /// have ended already.
  public func stop() async throws -> History {
    let ended = Moment.now
    for (process, _) in processes where !process.hasEnded { try await process.signal("TERM") }
    for (process, _) in processes where !process.hasEnded { try await process.waitForEnd() }
    return History(acknowledgements: try read(), began: began, ended: ended)
  }

  /// How many acknowledgements there are.
  private var recorded: Int {
    texts.map { text in text.utf8.count { $0 == UInt8(ascii: "\n") } }.reduce(0, +)
  }

  private var texts: [String] {
    processes.map { (try? String(contentsOfFile: $0.file, encoding: .utf8)) ?? "" }
  }

  /// The acknowledgements in the files, or the last ones of each.
  private func read(last count: Int = .max) throws -> [Acknowledgement] {
    let decoder = JSONDecoder()
    return try texts.flatMap { text in
      // What follows the last line's end is on its way still.
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      return try lines.suffix(count).map {
        try decoder.decode(Acknowledgement.self, from: Data($0.utf8))
      }
    }
  }

  /// The numbers of all rows of this run that a server holds now.
  public static func rows(on node: Node, run: Int) async throws -> [Int64] {
    let first = run * 100 * 1_000_000_000
    let rows = try await node.sql(
      "select id from \(table) where id >= \(first) and id < \(first + 100_000_000_000)")
    return rows.lines.compactMap(Int64.init)
  }
}
