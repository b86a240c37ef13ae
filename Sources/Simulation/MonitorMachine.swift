internal import Failover
internal import Foundation
internal import PostgresClient

/// The monitor's host: the real SQL in a real server, asked one request after the other, or two at
/// once.
final class MonitorMachine: @unchecked Sendable {
  typealias Reply = (Result<[Row], PostgresError>) -> Void

  private struct Request {
    var statement: String
    var parameters: [String?]
    var reply: Reply
  }

  unowned let world: World
  let laboratory: Laboratory
  private(set) var isUp = true
  private(set) var isSuspended = false
  /// How many of a hundred requests are halted midway, so that another may come between.
  var overlapPercent = 0
  private var links: [MonitorLink] = []
  private var suspended: [() -> Void] = []
  /// The request that is halted within its transaction.
  private var halted: Request?
  private var haltings = 0
  private var toldEvents = 0
  private var lastProbeFailure: [Int: Duration] = [:]
  /// How often the health worker has recorded what it knows.
  private var beats = 0

  init(world: World, laboratory: Laboratory) {
    self.world = world
    self.laboratory = laboratory
  }

  func add(_ link: MonitorLink) {
    links.removeAll { $0.life.isOver }
    links.append(link)
  }

  /// Performs a request as soon as the monitor does anything.
  func perform(
    _ statement: String, _ parameters: [String?], refused: PostgresError, reply: @escaping Reply
  ) {
    guard isUp else { return reply(.failure(refused)) }
    if isSuspended {
      suspended.append { [self] in
        perform(statement, parameters, refused: refused, reply: reply)
      }
      return
    }
    let request = Request(statement: statement, parameters: parameters, reply: reply)
    if halted == nil, overlapPercent > 0, world.dice.percent(overlapPercent) {
      return begin(request)
    }
    finish(request, Result { () throws(PostgresError) in try performed(statement, parameters) })
  }

  /// An operator's or the worker's statement, at once.
  func ask(_ statement: String, _ parameters: [String?] = []) throws(PostgresError) -> [Row] {
    let rows = try performed(statement, parameters)
    announce()
    return rows
  }

  /// Performs a statement. It goes before a request that is halted, unless it has to wait for that: what
  /// changes a group waits.
  private func performed(
    _ statement: String, _ parameters: [String?]
  ) throws(PostgresError) -> [Row] {
    let session = laboratory.session
    try turnClock(of: session)
    guard halted != nil else { return try session.query(statement, parameters) }
    let before = try lastEvent()
    try session.send(statement, parameters)
    let waits = try !laboratory.answers(session)
    if waits { goOn() }
    let rows = try session.receive(statement)
    if waits { try laboratory.hearOther() }
    if halted != nil, try lastEvent() != before {
      world.broken("two commands changed the group at once")
    }
    try expectAnswer(in: rows)
    return rows
  }

  private func lastEvent() throws(PostgresError) -> String? {
    try laboratory.control.query("SELECT max(eventid) AS last FROM pgautofailover.event")[0]["last"]
  }

  /// The answer to a report is what is recorded when the report has ended.
  private func expectAnswer(in rows: [Row]) throws(PostgresError) {
    guard let id = rows.first?["assigned_node_id"], let told = rows.first?["assigned_group_state"]
    else { return }
    let recorded = try laboratory.control.query(
      "SELECT goalstate::text AS goal FROM pgautofailover.registered_node WHERE nodeid = $1", [id])
    guard let goal = recorded.first?["goal"], goal != told else { return }
    world.broken("node \(id) was told \(told) where \(goal) is recorded")
  }

  private func finish(_ request: Request, _ outcome: Result<[Row], PostgresError>) {
    request.reply(outcome)
    announce()
  }

  // Two at once.

  private func begin(_ request: Request) {
    do {
      try turnClock(of: laboratory.other)
      try laboratory.other.query(
        "SELECT set_config('simulation.pause_after', $1, false)",
        [String(world.dice.int(1...4))])
      try laboratory.other.send(request.statement, request.parameters)
      if try laboratory.answers(laboratory.other) { return take(request) }
      world.tell("monitor", "a request is halted within its transaction")
      halted = request
      haltings += 1
      let halting = haltings
      world.clock.after(world.dice.duration(.milliseconds(20)...(.seconds(5)))) { [self] in
        if halting == haltings { release() }
      }
    } catch {
      world.broken("two requests at once: \(error)")
    }
  }

  private func take(_ request: Request) {
    request.reply(Result { () throws(PostgresError) in try laboratory.other.receive() })
    _ = try? laboratory.other.query("SELECT set_config('simulation.pause_after', '', false)", [])
    hearOther()
  }

  /// The halted request goes on to its end.
  func release() {
    guard halted != nil else { return }
    goOn()
    hearOther()
  }

  private func hearOther() {
    do {
      try laboratory.hearOther()
    } catch {
      world.broken("two requests at once: \(error)")
    }
    announce()
  }

  private func goOn() {
    guard let request = halted else { return }
    halted = nil
    do {
      try laboratory.control.query("SELECT pg_advisory_unlock(7777)")
      let outcome = Result { () throws(PostgresError) in try laboratory.other.receive() }
      try laboratory.control.query("SELECT pg_advisory_lock(7777)")
      request.reply(outcome)
    } catch {
      world.broken("two requests at once: \(error)")
    }
  }

  // Its life.

  /// The server crashes: what does not last is gone.
  func crash() {
    guard isUp else { return }
    release()
    world.tell("monitor", "the monitor crashes")
    isUp = false
    suspended = []
    isSuspended = false
    lastProbeFailure = [:]
    do {
      try laboratory.session.query("DELETE FROM pgautofailover.node_report")
      try laboratory.forgetSettings()
    } catch {
      world.broken("the monitor could not crash: \(error)")
    }
  }

  func start() {
    guard !isUp else { return }
    world.tell("monitor", "the monitor starts")
    isUp = true
    let now = Self.timestamp(world.clock.now)
    for session in [laboratory.session, laboratory.other] {
      _ = try? session.query("SELECT set_config('pgautofailover.test_start', $1, false)", [now])
    }
  }

  func suspend() {
    release()
    isSuspended = true
    world.tell("monitor", "the monitor is suspended")
  }

  func resume() {
    guard isSuspended else { return }
    world.tell("monitor", "the monitor goes on")
    isSuspended = false
    // Each waits in a process of its own: they go on in any order.
    let late = suspended.shuffled(using: &world.dice)
    suspended = []
    for request in late { request() }
  }

  /// The health worker's round, once a second.
  func beat() {
    if isUp, !isSuspended { probe() }
  }

  private func probe() {
    var (ids, answers): ([String], [String]) = ([], [])
    for host in world.hosts {
      guard let id = host.nodeID else { continue }
      let answer = answer(of: host)
      if answer == "silent" {
        guard let since = lastProbeFailure[host.number] else {
          lastProbeFailure[host.number] = world.clock.now
          if world.isPrompt { awaitLastAttempt(at: host, id: id) }
          continue
        }
        if world.clock.now - since < Self.longestCheck { continue }
      } else {
        lastProbeFailure[host.number] = nil
      }
      ids.append(String(id))
      answers.append(answer)
    }
    record(answers, of: ids)
  }

  /// How long a check takes that gets no answer: seven attempts of 250 ms, and the pauses between them.
  private static let longestCheck = Duration.milliseconds(2050)

  /// Silence is known when the last attempt has got no answer.
  private func awaitLastAttempt(at host: Host, id: Int64) {
    let since = world.clock.now
    world.clock.after(Self.longestCheck) { [self] in
      guard isUp, !isSuspended, lastProbeFailure[host.number] == since, host.nodeID == id else {
        return
      }
      guard answer(of: host) == "silent" else {
        lastProbeFailure[host.number] = nil
        return
      }
      record(["silent"], of: [String(id)])
    }
  }

  /// Records answers of probes, and once more without any when the monitor says that somebody's time will be over.
  private func record(_ answers: [String], of ids: [String]) {
    beats += 1
    let number = beats
    _ = try? ask(
      "SELECT pgautofailover.record_health($1::bigint[], $2::text[])",
      ["{\(ids.joined(separator: ","))}", "{\(answers.joined(separator: ","))}"])
    let setting = "SELECT current_setting('pgautofailover_beat.next_ms', true) AS next_ms"
    guard let text = try? laboratory.session.query(setting).first?["next_ms"], let wait = Int(text)
    else { return }
    world.clock.after(.milliseconds(wait + 1)) { [self] in
      if isUp, !isSuspended, number == beats { record([], of: []) }
    }
  }

  private func answer(of host: Host) -> String {
    guard host.isUp, world.network.connects(.monitor, host.place), !host.isSuspended,
      !host.server.isHung
    else { return "silent" }
    return host.server.answers ? "answered" : "refused"
  }

  // Its clock and its voice.

  private func turnClock(of session: DirectSession) throws(PostgresError) {
    try session.query(
      "SELECT set_config('pgautofailover.test_clock', $1, false)",
      [Self.timestamp(world.clock.now)])
  }

  static func timestamp(_ moment: Duration) -> String {
    let microseconds = moment.wholeMicroseconds
    let seconds = microseconds / 1_000_000
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "2026-01-01 \(two(seconds / 3600)):\(two(seconds / 60 % 60)):\(two(seconds % 60))."
      + String(String(1_000_000 + microseconds % 1_000_000).dropFirst()) + "+00"
  }

  /// Wakes the keepers of the nodes that are concerned, and tells the story.
  private func announce() {
    let channels = laboratory.heardChannels()
    for link in links where !link.life.isOver {
      if let id = link.host.nodeID, channels.contains("node_\(id)") { link.announce() }
    }
    if channels.contains("state") { tellEvents() }
  }

  private func tellEvents() {
    guard world.story.isTold else { return }
    let rows =
      (try? laboratory.control.query(
        """
        SELECT eventid, nodename, reportedstate, goalstate, rule_pos, description
        FROM pgautofailover.event WHERE eventid > $1 ORDER BY eventid
        """, [String(toldEvents)])) ?? []
    for row in rows {
      toldEvents = Int(row["eventid"] ?? "") ?? toldEvents
      let what = row["description"] ?? ""
      world.tell("monitor", row["rule_pos"].map { "rule \($0): \(what)" } ?? what)
    }
  }
}
