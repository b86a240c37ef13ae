internal import Failover
internal import Foundation
internal import MonitorClient
internal import PostgresClient

/// A group of two nodes, as `bench-nodes.sql` makes them: the primary has the odd number.
actor SimulatedGroup {
  nonisolated let number: Int
  /// When the primary's host was lost.
  private(set) var lostAt: ContinuousClock.Instant?
  /// Does the standby take writes?
  private(set) var isServed = false

  init(number: Int) { self.number = number }

  nonisolated var primaryID: Int64 { Int64(2 * number - 1) }
  nonisolated var standbyID: Int64 { Int64(2 * number) }

  func lose() { lostAt = .now }
  /// Returns whether that is news.
  func serve() -> Bool {
    defer { isServed = true }
    return !isServed
  }
}

/// A keeper without a server: it reports once a second and whenever its group changes, over a connection of its own,
/// and reaches each goal a moment after it was assigned.
actor SimulatedKeeper {
  private let nodeID: Int64
  private let group: SimulatedGroup
  private let monitor: SQLMonitor
  private var state: NodeState
  private var number: Int64 = 0
  /// How long its reports took since the last time it was asked.
  private var answerTimes: [Duration] = []
  /// How many of its rounds failed since then.
  private var failures = 0

  private static let formation = "bench"
  private static let roundInterval = Duration.seconds(1)
  private static let timeToAct = Duration.milliseconds(50)

  private let tell: @Sendable (KeeperMessage) -> Void

  init(
    nodeID: Int64, in group: SimulatedGroup, monitor target: ConnectionString,
    telling tell: @escaping @Sendable (KeeperMessage) -> Void
  ) {
    self.tell = tell
    self.nodeID = nodeID
    self.group = group
    state = nodeID == group.primaryID ? .primary : .secondary
    monitor = SQLMonitor(target, applicationName: "keeper \(nodeID)", hearsEverything: false)
  }

  /// Reports until the task is cancelled, as happens when its host is lost. A call that fails is told on standard error,
  /// and followed by the next round.
  func run() async {
    while !Task.isCancelled {
      let begin = ContinuousClock.now
      do {
        try await round()
        _ = try await monitor.waitForChange(
          of: nodeID, atMost: max(.zero, begin + Self.roundInterval - .now))
      } catch {
        if Task.isCancelled { break }
        failures += 1
        FileHandle.standardError.write(Data("node \(nodeID): \(error)\n".utf8))
        try? await Task.sleep(until: begin + Self.roundInterval)
      }
    }
    await monitor.close()
  }

  /// Milliseconds that its reports took, and how many rounds failed, since the last time it was asked.
  func takeTimes() -> (answers: [Double], failures: Int) {
    defer { (answerTimes, failures) = ([], 0) }
    return (answerTimes.map { $0 / .milliseconds(1) }, failures)
  }

  private func round() async throws {
    while true {
      let begin = ContinuousClock.now
      let assignment = try await monitor.nodeActive(
        formation: Self.formation, nodeID: nodeID, groupID: group.number, report: await report())
      answerTimes.append(.now - begin)
      if assignment.goal == state { return }
      try await Task.sleep(for: Self.timeToAct)
      state = assignment.goal
      if state.takesWrites, nodeID == group.standbyID, await group.serve() {
        tell(.serves(group: group.number))
      }
    }
  }

  private func report() async -> NodeReport {
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
      report.upstreamSilence = await group.lostAt.map { .now - $0 } ?? .milliseconds(100)
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
