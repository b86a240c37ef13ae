internal import Failover
internal import Foundation
internal import MonitorClient
internal import PostgresClient

/// A group of two nodes, as `bench-nodes.sql` makes them: the primary has the odd number.
final class SimulatedGroup {
  let number: Int
  /// When the primary's host was lost.
  var lostAt: ContinuousClock.Instant?
  /// Does the standby take writes?
  var isServed = false

  init(number: Int) { self.number = number }

  var primaryID: Int64 { Int64(2 * number - 1) }
  var standbyID: Int64 { Int64(2 * number) }
}

/// A keeper without a server: it reports once a second and whenever its group changes, over a connection of its own,
/// and reaches each goal a moment after it was assigned. It speaks as `SQLMonitor` does, but never waits: whoever owns
/// it calls `step` when what it waits for has come, so that a thousand of them leave the processors to their monitor.
final class SimulatedKeeper {
  /// What it is about.
  private enum Phase {
    /// It has no session, and will open one.
    case apart
    case connecting, listening, preparing
    case reporting(since: ContinuousClock.Instant)
    case reaching(NodeState)
    case resting
    /// Its host was lost.
    case gone
  }

  private let nodeID: Int64
  private let group: SimulatedGroup
  private let target: ConnectionString
  private let tell: (KeeperMessage) -> Void
  private var state: NodeState
  private var number: Int64 = 0
  private var session: DirectSession?
  private var phase = Phase.apart
  private var reports = 0
  /// So many times its limit an attempt may take, as `SQLMonitor` has it.
  private var patience = 1
  private var roundAt: ContinuousClock.Instant
  private var wantsToWrite = false
  /// How long its reports took since the last time it was asked.
  private var answerTimes: [Duration] = []
  /// How many of its rounds failed since then.
  private var failures = 0
  /// It goes on at this moment, whatever has come.
  private(set) var deadline: ContinuousClock.Instant

  private static let formation = "bench"
  private static let roundInterval = Duration.seconds(1)
  private static let timeToAct = Duration.milliseconds(50)
  private static let connectTimeout = Duration.seconds(2)
  private static let callTimeout = Duration.seconds(3)

  init(
    nodeID: Int64, in group: SimulatedGroup, monitor target: ConnectionString,
    from begin: ContinuousClock.Instant, telling tell: @escaping (KeeperMessage) -> Void
  ) {
    self.tell = tell
    self.nodeID = nodeID
    self.group = group
    var target = target
    target["application_name"] = "keeper \(nodeID)"
    self.target = target
    state = nodeID == group.primaryID ? .primary : .secondary
    (roundAt, deadline) = (begin, begin)
  }

  /// What to poll for; nobody while only the clock counts.
  var polled: pollfd {
    let none = pollfd(fd: -1, events: 0, revents: 0)
    switch phase {
    case .apart, .reaching, .gone: return none
    case .connecting, .listening, .preparing, .reporting, .resting:
      guard let session else { return none }
      return pollfd(
        fd: session.descriptor, events: Int16(wantsToWrite ? POLLOUT : POLLIN), revents: 0)
    }
  }

  /// Its host is lost.
  func end() {
    (session, phase, deadline) = (nil, .gone, .now + .seconds(1_000_000))
  }

  /// Milliseconds that its reports took, and how many rounds failed, since the last time it was asked.
  func takeTimes() -> (answers: [Double], failures: Int) {
    defer { (answerTimes, failures) = ([], 0) }
    return (answerTimes.map { $0 / .milliseconds(1) }, failures)
  }

  /// Goes on, since what it waited for has come, or its deadline. What fails is told on standard error, and followed by
  /// the next round.
  func step() {
    do throws(PostgresError) {
      try goOn(at: .now)
    } catch {
      failures += 1
      patience = error.code == .timedOut ? min(8, patience * 2) : 1
      FileHandle.standardError.write(Data("node \(nodeID): \(error)\n".utf8))
      (session, phase) = (nil, .apart)
      roundAt = max(.now, roundAt + Self.roundInterval)
      deadline = roundAt
    }
  }

  private func goOn(at now: ContinuousClock.Instant) throws(PostgresError) {
    switch phase {
    case .apart:
      roundAt = now
      session = try DirectSession(beginning: target)
      wait(.connecting, until: now + Self.connectTimeout * patience)
      wantsToWrite = true
    case .connecting: try connect(at: now)
    case .listening:
      guard try answer(by: now) != nil else { return }
      try report()
    case .preparing:
      guard try answer(by: now) != nil else { return }
      try sendReport()
    case .reporting(let begin):
      guard let rows = try answer(by: now) else { return }
      patience = max(1, patience / 2)
      reports += 1
      answerTimes.append(now - begin)
      take(try ReportCall.goal(in: rows), at: now)
    case .reaching(let goal):
      state = goal
      if state.takesWrites, nodeID == group.standbyID, !group.isServed {
        group.isServed = true
        tell(.serves(group: group.number, after: group.lostAt.map { (now - $0) / .seconds(1) }))
      }
      try report()
    case .resting:
      let isWoken = session?.notifications().isEmpty == false
      guard session?.stands == true else {
        throw PostgresError(code: .connectionLost, message: "The session has ended.")
      }
      guard isWoken || now >= deadline else { return }
      roundAt = now
      try report()
    case .gone: break
    }
  }

  private func wait(_ phase: Phase, until deadline: ContinuousClock.Instant) {
    (self.phase, self.deadline) = (phase, deadline)
  }

  private func connect(at now: ContinuousClock.Instant) throws(PostgresError) {
    guard now < deadline else { throw Self.late }
    switch try session?.proceed() {
    case .toRead: wantsToWrite = false
    case .toWrite: wantsToWrite = true
    case .open, nil:
      wantsToWrite = false
      reports = 0
      try session?.sendOnce("LISTEN node_\(nodeID)")
      wait(.listening, until: now + Self.callTimeout * patience)
    }
  }

  /// The answer to what was sent, or nothing as long as it may come.
  private func answer(by now: ContinuousClock.Instant) throws(PostgresError) -> [Row]? {
    guard let session, session.isAnswered else {
      guard now < deadline else { throw Self.late }
      return nil
    }
    return try session.receive()
  }

  private static let late = PostgresError(
    code: .timedOut, message: "The monitor did not answer in time.")

  /// The statement is prepared when it comes for the second time, as `Connection` does.
  private func report() throws(PostgresError) {
    guard reports == 1 else { return try sendReport() }
    try session?.sendPreparation(of: ReportCall.statement)
    wait(.preparing, until: .now + Self.callTimeout * patience)
  }

  private func sendReport() throws(PostgresError) {
    let now = ContinuousClock.now
    let call = ReportCall(
      formation: Self.formation, nodeID: nodeID, groupID: group.number, report: whatItSees())
    if reports == 0 {
      try session?.sendOnce(ReportCall.statement, call.parameters)
    } else {
      try session?.send(ReportCall.statement, call.parameters)
    }
    wait(.reporting(since: now), until: now + Self.callTimeout * patience)
  }

  private func take(_ goal: NodeState, at now: ContinuousClock.Instant) {
    if goal == state {
      wait(.resting, until: max(now, roundAt + Self.roundInterval))
    } else {
      wait(.reaching(goal), until: now + Self.timeToAct)
    }
  }

  private func whatItSees() -> NodeReport {
    number += 1
    var report = NodeReport(
      state: state, isRunning: true, timeline: 1, position: LogPosition(bytes: 0x300_0000),
      number: number)
    switch state {
    case .primary:
      report.syncState = "quorum"
      report.standbyNames = "ANY 1 (\(GroupMember.slotName(of: group.standbyID)))"
      report.connected = [group.standbyID]
    case .secondary:
      report.upstreamSilence = group.lostAt.map { .now - $0 } ?? .milliseconds(100)
      report.applyDelay = .zero
    case .waitPrimary:
      report.timeline = 2
      report.standbyNames = ""
      report.connected = []
    default: report.applyDelay = .zero
    }
    return report
  }
}
