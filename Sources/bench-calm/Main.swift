internal import Foundation
internal import TestSupport

/// Looks for false alarms: `bench-calm [MINUTES [NAME …]]`. Disturbances that are no reason to fail over go on for
/// so many minutes each (15) while a client writes. TIMEOUT in the environment is another
/// node_considered_unhealthy_timeout, with its unit. Prints a table; needs root. Ends with 1 when somebody failed
/// over, stopped being primary, or lost a write.
@main
struct Main {
  static func main() async throws {
    let words = CommandLine.arguments.dropFirst()
    let names = Array(words.dropFirst())
    guard let minutes = words.first.map(Double.init) ?? 15, minutes > 0,
      names.allSatisfy({ name in Disturbance.all.contains { $0.name == name } })
    else {
      let known = Disturbance.all.map(\.name).joined(separator: " ")
      FileHandle.standardError.write(
        Data("usage: bench-calm [MINUTES [NAME...]], where NAME is one of: \(known)\n".utf8))
      exit(2)
    }
    let disturbances = Disturbance.all.filter { names.isEmpty || names.contains($0.name) }
    let head = [
      "disturbance", "minutes", "failovers", "stops", "alone", "longest gap", "writes", "lost",
    ]
    print("| " + head.joined(separator: " | ") + " |")
    print("|---|---|---|---|---|---|---|---|")
    var isCalm = true
    let programs = try DisturbedPrograms()
    for (number, disturbance) in disturbances.enumerated() {
      let cluster = try await Cluster(nodes: 2)
      do {
        try await disturbance.prepare(cluster)
        try await cluster.setUp()
        try await cluster.takeTimeoutOfEnvironment()
        let outcome = try await Calm(cluster: cluster).during(
          disturbance, for: .seconds(minutes * 60), run: number + 1)
        isCalm = isCalm && outcome.isCalm
        print(
          """
          | \(disturbance.means) | \(minutes) | \(outcome.failovers) | \(outcome.stops) \
          | \(outcome.timesAlone) | \(String(format: "%.2f", outcome.gap)) s | \(outcome.acknowledged) \
          | \(outcome.problems.count) |
          """)
        if !outcome.isCalm || outcome.timesAlone > 0 {
          print(await cluster.report(), outcome.problems, outcome.story)
        }
      } catch {
        print(await cluster.report())
        print("\(disturbance.name): \(error)")
        try await cluster.remove()
        programs.remove()
        exit(1)
      }
      try await cluster.remove()
      fflush(nil)
    }
    programs.remove()
    exit(isCalm ? 0 : 1)
  }
}

/// What became of a disturbance.
struct Outcome {
  /// Goals of a failover that were assigned to anybody.
  var failovers: Int
  /// How often a primary that heard nobody stopped its server.
  var stops: Int
  /// How often the primary went on without its standby.
  var timesAlone: Int
  /// The longest time without an acknowledged write, in seconds.
  var gap: Double
  var acknowledged: Int
  /// Lost writes, two writers.
  var problems: [String]
  /// The monitor's events around the first failover.
  var story: String

  var isCalm: Bool { failovers == 0 && stops == 0 && problems.isEmpty }
}

/// Lets a disturbance go on while a client writes, and looks what came of it.
struct Calm {
  let cluster: Cluster

  func during(_ disturbance: Disturbance, for length: Duration, run: Int) async throws -> Outcome {
    let (primary, standby) = try await cluster.readyPair()
    let scene = Disturbance.Scene(cluster: cluster, primary: primary, standby: standby)
    let last = try await ask("select coalesce(max(eventid), 0) from pgautofailover.event")
    let writers = try await Writers.start(
      on: [cluster.app], uri: try await cluster.formationURI(), run: run, sessions: 1)
    let disturbing = Task { try await disturbance.disturb(scene) }
    try await Task.sleep(for: length)
    disturbing.cancel()
    try await disturbing.value
    _ = try await cluster.readyPair()
    try await writers.more()
    let history = try await writers.stop()
    let rows = try await Writers.rows(on: primary, run: run)
    let failovers = try await ask(
      """
      select count(*) from pgautofailover.event where eventid > \(last) and goalstate in (\(Self.goals))
      """)
    // The problem that the keeper reports once it is heard again.
    let stops = try await ask(
      """
      select count(*) from pgautofailover.event where eventid > \(last)
        and description like '%reports a problem: %the server stays stopped until the monitor answers%'
      """)
    let alone = try await ask(
      """
      select count(*) from pgautofailover.event where eventid > \(last) and goalstate = 'wait_primary'
        and reportedstate <> goalstate
      """)
    // Without a failover there is no first moment, and no event beside it.
    let story = try await ask(
      """
      with first as (
        select min(eventtime) as at from pgautofailover.event where eventid > \(last) and goalstate in (\(Self.goals))
      )
      select eventtime, description, facts from pgautofailover.event, first
       where eventtime between at - interval '1 minute' and at + interval '10 s' order by eventid
      """)
    return Outcome(
      failovers: Int(failovers) ?? -1, stops: Int(stops) ?? -1, timesAlone: Int(alone) ?? -1,
      gap: history.longestGap.duration.seconds, acknowledged: history.acknowledgements.count,
      problems: history.problems(withRows: rows) + history.overlaps, story: story)
  }

  /// Those of a failover.
  private static let goals = """
    'draining', 'demote_timeout', 'demoted', 'prepare_promotion', 'stop_replication', 'report_lsn', 'fast_forward'
    """

  private func ask(_ question: String) async throws -> String {
    try await cluster.monitor.sql(question, database: "pg_auto_failover")
  }
}
