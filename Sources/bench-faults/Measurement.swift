internal import Foundation
internal import TestSupport

/// What one fault cost, once.
struct Measurement: Sendable, Codable {
  /// The longest time in which no write was acknowledged, in seconds, and so are all that follow.
  var gap: Double
  /// Where it went, if the monitor decided anything.
  var phases: Phases?
  /// How long an isolated primary still took itself for one.
  var stillPrimary: Double?
  /// From the end of the fault until every node streams again and the group is whole.
  var recovery: Double
  /// Did another node take over?
  var isFailover: Bool
  /// What is wrong with the history: lost writes, two writers.
  var problems: [String]
}

/// Where the time went until clients could write again, by the monitor's events: seconds, each counted from the end of the
/// one before.
struct Phases: Sendable, Codable {
  /// From the fault until the monitor noted anything of it: a server that does not answer, a keeper's report, a wish.
  var detection: Double
  /// Until it decided that a standby is to take over, or that the primary is to go on alone.
  var decision: Double
  /// Until that standby reported that it had stopped receiving.
  var stop: Double?
  /// Until it reported that it takes writes.
  var promotion: Double?
  /// Until a write was acknowledged.
  var client: Double
}

/// Lets a fault happen to a cluster, and measures.
struct Experiment {
  let cluster: Cluster

  func perform(_ fault: Fault, run: Int) async throws -> Measurement {
    let (primary, standbys) = try await cluster.readyGroup()
    let scene = Fault.Scene(cluster: cluster, primary: primary, standbys: standbys)
    let lastEvent = try await cluster.events().last?.eventID ?? 0
    let writers = try await Writers.start(
      on: [cluster.app], uri: try await cluster.formationURI(), run: run)
    try await writers.acknowledged(by: primary.host)
    let (struck, began) = (Date(), Moment.now)
    try await fault.strike(scene)
    let looking = Task { try? await lastLook(at: primary, since: began) }
    try await wait(for: fault.outcome, scene, writers)
    let stillPrimary = fault.name.contains("primary's host cut") ? await looking.value : nil
    looking.cancel()
    try await writers.more()
    try await fault.heal(scene)
    let healed = Moment.now
    let (leader, _) = try await cluster.readyGroup()
    let recovery = Moment.now - healed
    try await writers.more()
    let history = try await writers.stop()
    let rows = try await Writers.rows(on: leader, run: run)
    let gap = history.longestGap
    let isFailover = history.reigns.count > 1
    // Clients could write again when the gap ended; a new primary's first write is sure to be its own.
    let end = (gap.offset + gap.duration).seconds + (history.began - began).seconds
    let first = history.reigns.last.map { Moment(nanoseconds: $0.span.lowerBound) - began }
    return Measurement(
      gap: gap.duration.seconds,
      phases: try await phases(
        after: lastEvent, from: struck, untilServed: isFailover ? first?.seconds ?? end : end,
        isFailover: isFailover),
      stillPrimary: stillPrimary?.seconds, recovery: recovery.seconds, isFailover: isFailover,
      problems: history.problems(withRows: rows) + history.overlaps)
  }

  private func wait(
    for outcome: Fault.Outcome, _ scene: Fault.Scene, _ writers: Writers
  ) async throws {
    switch outcome {
    case .replaced:
      try await eventually(
        "a standby to acknowledge", within: .seconds(120), every: .milliseconds(50)
      ) {
        for standby in scene.standbys {
          if (try? await writers.acknowledged(by: standby.host, within: .milliseconds(1))) != nil {
            return
          }
        }
        throw NotYet("none")
      }
    case .stays(let time):
      try await Task.sleep(for: time)
    case .either: try await writers.more(100)
    }
  }

  /// When the primary was last seen out of recovery, from its own host.
  private func lastLook(at primary: Node, since began: Moment) async throws -> Duration {
    var last = Duration.zero
    while Moment.now - began < .seconds(60) {
      let look = Moment.now
      let answer = try? await primary.sql("select pg_is_in_recovery()", limit: .seconds(3))
      if answer == "f" {
        last = look - began
      } else if answer == nil, (try? primary.postmaster) == nil {
        break
      }
      try await Task.sleep(for: .milliseconds(100))
    }
    return last
  }

  /// By the monitor's events since this one; nothing when it decided nothing.
  private func phases(
    after event: Int, from struck: Date, untilServed served: Double, isFailover: Bool
  ) async throws -> Phases? {
    let decisions = isFailover ? "'prepare_promotion', 'report_lsn', 'draining'" : "'wait_primary'"
    let text = try await cluster.monitor.sql(
      """
      with since as (
        select *, extract(epoch from eventtime) - \(struck.timeIntervalSince1970) as at
          from pgautofailover.event where eventid > \(event)
      ), decided as (
        select min(at) as at from since where goalstate in (\(decisions))
      ), promoted as (
        select nodeid, at from since
         where at >= (select at from decided) and description like '%: reports state wait_primary' order by eventid limit 1
      )
      select (select min(at) from since where at >= 0), (select at from decided),
        (select max(s.at) from since s join promoted p using (nodeid)
          where s.at <= p.at
            and s.description ~ ': reports state (report_lsn|fast_forward|prepare_promotion|stop_replication)$'),
        (select at from promoted)
      """, database: "pg_auto_failover")
    let moments = text.split(separator: "|", omittingEmptySubsequences: false).map { Double($0) }
    guard moments.count == 4, let noted = moments[0], let decided = moments[1] else {
      return nil
    }
    var phases = Phases(detection: noted, decision: decided - noted, client: served - decided)
    if isFailover, let stopped = moments[2], let promoted = moments[3] {
      phases.stop = stopped - decided
      phases.promotion = promoted - stopped
      phases.client = served - promoted
    }
    return phases
  }
}
