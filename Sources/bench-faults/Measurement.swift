internal import Foundation
internal import TestSupport

/// What one fault cost, once.
struct Measurement: Sendable, Codable {
  /// The longest time in which no write was acknowledged, in seconds, and so are all that follow.
  var gap: Double
  /// From the fault to the monitor's decision that a standby is to take over.
  var decision: Double?
  /// From there until that standby reported that it takes writes.
  var promotion: Double?
  /// From there until the first write that it acknowledged.
  var client: Double?
  /// How long an isolated primary still took itself for one.
  var stillPrimary: Double?
  /// From the end of the fault until every node streams again and the group is whole.
  var recovery: Double
  /// Did another node take over?
  var isFailover: Bool
  /// What is wrong with the history: lost writes, two writers.
  var problems: [String]
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
    var measurement = Measurement(
      gap: history.longestGap.duration.seconds, stillPrimary: stillPrimary?.seconds,
      recovery: recovery.seconds, isFailover: history.reigns.count > 1,
      problems: history.problems(withRows: rows) + history.overlaps)
    try await account(
      for: &measurement, after: lastEvent, struck: struck, began: began, history: history)
    return measurement
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

  /// Where the time of a failover went, by the monitor's events.
  private func account(
    for measurement: inout Measurement, after event: Int, struck: Date, began: Moment,
    history: History
  ) async throws {
    guard measurement.isFailover, let reign = history.reigns.last else { return }
    let text = try await cluster.monitor.sql(
      """
      with since as (select * from pgautofailover.event where eventid > \(event)),
        decided (at) as (select min(eventtime) from since where goalstate in ('prepare_promotion', 'report_lsn', 'draining'))
      select extract(epoch from at),
        extract(epoch from (select min(eventtime) from since
          where eventtime >= at and description like '%: reports state wait_primary'))
      from decided
      """, database: "pg_auto_failover")
    let moments = text.split(separator: "|").map { Double($0) }
    guard moments.count == 2, let decided = moments[0], let promoted = moments[1] else { return }
    let first =
      struck.timeIntervalSince1970
      + (Moment(nanoseconds: reign.span.lowerBound) - began).seconds
    measurement.decision = decided - struck.timeIntervalSince1970
    measurement.promotion = promoted - decided
    measurement.client = first - promoted
  }
}
