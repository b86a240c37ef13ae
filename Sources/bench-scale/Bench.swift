internal import Foundation
internal import PostgresClient
internal import TestSupport

/// What makes the figures worthless.
struct BenchFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A monitor, the processes of keepers that report to it, and what is measured.
struct Bench {
  private let administrator: ConnectionString
  private let programs: String
  private let data: String
  private let groups: Int
  private let keepers: [KeeperProcess]

  private static let groupsPerProcess = 50
  private static let groupsAlone = 10
  private static let groupsAtOnce = 50
  private static let timesTogether = 3
  /// Seconds that a lost host may cost, as in bench-faults.
  private static let bound = 5.0
  /// The median of many at once takes at most so many times as long as one alone.
  private static let slowdown = 1.25

  init(uri: String, groups: Int, programs: String, data: String) throws {
    let least = Self.groupsAlone + Self.timesTogether * Self.groupsAtOnce
    guard groups >= least else { throw BenchFailure("At least \(2 * least) nodes are needed.") }
    var administrator = try ConnectionString(parsing: uri)
    administrator["user"] = "postgres"
    self.administrator = administrator
    self.programs = programs
    self.data = data
    self.groups = groups
    keepers = try stride(from: 1, through: groups, by: Self.groupsPerProcess).map { first in
      try KeeperProcess(first...min(groups, first + Self.groupsPerProcess - 1), uri: uri)
    }
  }

  func end() { for process in keepers { process.end() } }

  /// A line of JSON with all figures.
  func measure(seconds: Int) async throws -> String {
    let start = try await untilAllReport(since: Date())
    say("all report after \(rounded(start)) s")
    try await untilAllHaveRehearsed()
    try await Task.sleep(for: .seconds(5))
    let eventsBefore = try await ask("select count(*) from pgautofailover.event")
    let quiet = try await phase { try await Task.sleep(for: .seconds(seconds)) }
    let events = try await ask("select count(*) from pgautofailover.event")
    guard events == eventsBefore else {
      throw BenchFailure("\(events - eventsBefore) things happened while nothing was to happen.")
    }
    let connections = try await ask(
      "select count(*) from pg_stat_activity where backend_type = 'client backend'")
    let megabytes = try ServerUsage.megabytes(dataDirectory: data)
    say("quiet: \(quiet), \(megabytes) MB")
    var alone: [Double] = []
    for group in 1...Self.groupsAlone { alone += try await failOver([group]) }
    say("one lost: \(spread(alone))")
    var together: [Double] = []
    var busy = Phase()
    for time in 0..<Self.timesTogether {
      let first = Self.groupsAlone + 1 + time * Self.groupsAtOnce
      let lost = Array(first..<first + Self.groupsAtOnce)
      busy = try await phase { together += try await failOver(lost) }
      say("\(lost.count) lost: \(spread(together.suffix(lost.count))), \(busy)")
      // The next are lost when the monitor has had nothing to do for a while, as the first were.
      try await Task.sleep(for: .seconds(8))
    }
    guard let last = together.max(), last <= Self.bound else {
      throw BenchFailure("The last of \(Self.groupsAtOnce) took longer than \(Self.bound) s.")
    }
    guard middle(together) <= Self.slowdown * middle(alone) else {
      throw BenchFailure(
        "\(Self.groupsAtOnce) at once took more than \(Self.slowdown) times as long as one alone.")
    }
    let failovers = try await ask(Self.failovers)
    try await restart()
    let again = try await untilAllReport(since: Date())
    try await Task.sleep(for: .seconds(5))
    say("after a restart all report after \(rounded(again)) s")
    guard try await ask(Self.failovers) == failovers else {
      throw BenchFailure("Somebody failed over because the monitor was restarted.")
    }
    let figures: [String: Any] = [
      "nodes": 2 * groups, "connections": Int(connections) - 1, "processes": quiet.processes,
      "all_report_after_start_s": rounded(start), "all_report_after_restart_s": rounded(again),
      "reports_per_second": rounded(quiet.reportsPerSecond),
      "report_median_ms": rounded(quiet.median), "report_p99_ms": rounded(quiet.p99),
      "cpu_percent": rounded(quiet.cpuPercent), "memory_mb": rounded(megabytes),
      "wal_bytes_per_second": rounded(quiet.walPerSecond), "failed_rounds": quiet.failures,
      "one_lost_s": spread(alone),
      "together": Self.groupsAtOnce, "together_lost_s": spread(together),
      "together_cpu_percent": rounded(busy.cpuPercent), "together_report_p99_ms": rounded(busy.p99),
    ]
    let line = try JSONSerialization.data(withJSONObject: figures, options: [.sortedKeys])
    return String(decoding: line, as: UTF8.self)
  }

  /// Standbys that were chosen.
  private static let failovers = """
    select count(*) from pgautofailover.event where goalstate in ('prepare_promotion', 'stop_replication', 'report_lsn')
    """

  private func restart() async throws {
    try await Command.succeed(
      [
        programs + "/pg_ctl", "-D", data, "-l", data + "/../log", "-m", "fast", "-s", "-w",
        "restart",
      ])
  }

  /// How long it takes until everybody has reported after this moment, in seconds.
  private func untilAllReport(since moment: Date) async throws -> Double {
    let late = """
      select count(*) from pgautofailover.registered_node n left join pgautofailover.node_report r using (nodeid)
       where n.nodehost like '127.1.%' and (r.reporttime < to_timestamp(\(moment.timeIntervalSince1970))) is not false
      """
    for _ in 1...600 {
      if let count = try? await ask(late), count == 0 { return -moment.timeIntervalSinceNow }
      try await Task.sleep(for: .milliseconds(200))
    }
    throw BenchFailure("\(Int(try await ask(late))) keepers have not reported within two minutes.")
  }

  /// Waits until the session of each standby is so old that it has planned a takeover; see rehearse_takeover.sql.
  private func untilAllHaveRehearsed() async throws {
    let young =
      "select count(*) from pg_stat_activity where usename = 'autoctl_node' and backend_start > now() - interval '185 s'"
    let deadline = ContinuousClock.now + .seconds(600)
    while try await ask(young) > 0 {
      guard .now < deadline else {
        throw BenchFailure("Keepers still lose their sessions after ten minutes.")
      }
      try await Task.sleep(for: .seconds(1))
    }
  }

  /// Loses the primaries of these groups at once, at any time of the second: between two looks of the health worker, or in the
  /// midst of one. For each, how long nobody took writes, in seconds, as its standby's keeper measured it. Their keepers are gone
  /// first, and then nobody answers at their addresses.
  private func failOver(_ lost: [Int]) async throws -> [Double] {
    try await Task.sleep(for: .milliseconds(.random(in: 0..<1000)))
    let ids = lost.map { String(2 * $0 - 1) }.joined(separator: ",")
    let connection = try await Connection.open(administrator, timeout: .seconds(20))
    for process in keepers {
      let its = lost.filter { process.groups.contains($0) }
      if !its.isEmpty { try process.tell(.lose(groups: its)) }
    }
    try await connection.query(
      """
      update pgautofailover.registered_node set nodehost = replace(nodehost, '127.1.', '127.99.') where nodeid in (\(ids))
      """, timeout: .seconds(30))
    await connection.close()
    var gaps: [Double] = []
    let deadline = ContinuousClock.now + .seconds(120)
    while gaps.count < lost.count {
      for process in keepers where lost.contains(where: process.groups.contains) {
        for case .serves(let group, let gap) in try process.messages() {
          guard let gap else { throw BenchFailure("Group \(group) lost nobody, and failed over.") }
          gaps.append(gap)
        }
      }
      guard .now < deadline else {
        throw BenchFailure("Only \(gaps.count) of \(lost.count) standbys have taken over.")
      }
    }
    return gaps
  }

  /// What was measured while something went on.
  private struct Phase {
    var reportsPerSecond = 0.0
    var median = 0.0
    var p99 = 0.0
    var failures = 0
    var cpuPercent = 0.0
    var walPerSecond = 0.0
    var processes = 0
  }

  private func phase(_ work: () async throws -> Void) async throws -> Phase {
    let position = "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')"
    // To read all takes a while, but as long at the end as in the beginning: between two readings lies the same time.
    let begin = ContinuousClock.now
    let before = try ServerUsage(dataDirectory: data)
    _ = try times()
    let walBefore = try await ask(position)
    try await work()
    let took = (ContinuousClock.now - begin) / .seconds(1)
    let after = try ServerUsage(dataDirectory: data)
    let (answers, failures) = try times()
    let wal = try await ask(position) - walBefore
    return Phase(
      reportsPerSecond: Double(answers.count) / took, median: middle(answers),
      p99: answers.isEmpty ? 0 : answers.sorted()[answers.count * 99 / 100], failures: failures,
      cpuPercent: 100 * (after.cpu - before.cpu) / took, walPerSecond: wal / took,
      processes: after.processes)
  }

  private func times() throws -> (answers: [Double], failures: Int) {
    var sum: (answers: [Double], failures: Int) = ([], 0)
    for process in keepers {
      try process.tell(.tellTimes)
      let deadline = ContinuousClock.now + .seconds(30)
      var isTold = false
      while !isTold {
        for case .times(let answers, let failures) in try process.messages() {
          sum = (sum.answers + answers, sum.failures + failures)
          isTold = true
        }
        guard .now < deadline else { throw BenchFailure("Some keepers do not tell their times.") }
      }
    }
    return sum
  }

  private func ask(_ question: String) async throws -> Double {
    let connection = try await Connection.open(administrator, timeout: .seconds(20))
    let answer = try await connection.query(question, timeout: .seconds(30)).first?[0]
    await connection.close()
    return answer.flatMap { Double($0) } ?? 0
  }
}

/// Progress, for who waits.
private func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

private func middle(_ values: some Collection<Double>) -> Double {
  values.isEmpty ? 0 : values.sorted()[values.count / 2]
}

/// The minimum, the median and the maximum.
private func spread(_ values: some Collection<Double>) -> [Double] {
  [values.min() ?? 0, middle(values), values.max() ?? 0].map(rounded)
}

private func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
