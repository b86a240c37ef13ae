import Failover
import MonitorClient

/// A monitor that answers what a test says, and keeps all reports.
actor FakeMonitor: Monitor {
  enum Mood: Equatable {
    case answers
    /// Every call fails at once.
    case unreachable
    /// Every call waits until its task is cancelled.
    case silent
    case refuses(sqlState: String)
  }

  var mood = Mood.answers
  var goal: NodeState
  var members = [GroupMember(id: 2, name: "node_2", host: "10.0.0.2", port: 5432)]
  var primary = GroupMember(id: 2, name: "node_2", host: "10.0.0.2", port: 5432, isPrimary: true)
  var source = GroupMember(id: 3, name: "node_3", host: "10.0.0.3", port: 5432)
  var names: String? = "ANY 1 (pgautofailover_standby_2)"
  /// What a primary that hands over is assigned; `nil`: it is told that it is none.
  var goalAfterHandingOver: NodeState?
  var snapshot = "{}"
  private(set) var reports: [NodeReport] = []
  private(set) var calls: [String] = []
  private(set) var identifiers: [UInt64] = []
  private var changes: [Int: CheckedContinuation<Bool, Never>] = [:]
  private var nextID = 0
  private let silence = Barrier()
  private var answers: Barrier?

  init(goal: NodeState) {
    self.goal = goal
  }

  // What tests say.

  func assign(_ goal: NodeState) { self.goal = goal }
  func set(_ mood: Mood) { self.mood = mood }
  func set(members: [GroupMember]) { self.members = members }
  func set(primary: GroupMember) { self.primary = primary }
  func set(goalAfterHandingOver goal: NodeState?) { goalAfterHandingOver = goal }
  func set(snapshot: String) { self.snapshot = snapshot }
  func set(names: String?) { self.names = names }
  /// Answers to reports wait until the barrier opens.
  func holdAnswers() -> Barrier {
    let barrier = Barrier()
    answers = barrier
    return barrier
  }
  func announceChange() {
    for continuation in changes.values { continuation.resume(returning: true) }
    changes = [:]
  }
  var hasListener: Bool { !changes.isEmpty }
  var last: NodeReport? { reports.last }

  // What a keeper asks.

  func register(_ registration: Registration) async throws(MonitorError) -> RegisteredNode {
    throw MonitorError(code: .notAMonitor, message: "The keeper registers nobody.")
  }
  func nodeActive(
    formation: String, nodeID: Int64, groupID: Int, report: NodeReport
  ) async throws(MonitorError) -> Assignment {
    reports.append(report)
    await answers?.pass()
    try await answer("nodeActive")
    return Assignment(
      nodeID: nodeID, groupID: groupID, goal: goal, candidatePriority: 50, replicationQuorum: true)
  }
  func otherNodes(of nodeID: Int64) async throws(MonitorError) -> [GroupMember] {
    try await answer("otherNodes")
    return members
  }
  func primary(formation: String, groupID: Int) async throws(MonitorError) -> GroupMember {
    try await answer("primary")
    return primary
  }
  func mostAdvancedStandby(
    formation: String, groupID: Int, besides nodeID: Int64
  ) async throws(MonitorError) -> GroupMember {
    try await answer("mostAdvancedStandby")
    return source
  }
  func standbyNames(
    ofPrimary nodeID: Int64, formation: String, groupID: Int
  ) async throws(MonitorError) -> String? {
    try await answer("names")
    return names
  }
  func setSystemIdentifier(_ identifier: UInt64, of nodeID: Int64) async throws(MonitorError) {
    try await answer("identifier")
    identifiers.append(identifier)
  }
  func groupSnapshot(formation: String, groupID: Int) async throws(MonitorError) -> String {
    try await answer("snapshot")
    return snapshot
  }
  func handOver(nodeID: Int64) async throws(MonitorError) -> Bool {
    try await answer("handOver")
    guard let successor = goalAfterHandingOver else { return false }
    goal = successor
    return true
  }
  func waitForChange(
    of nodeID: Int64, atMost limit: Duration
  ) async throws(MonitorError) -> Bool {
    nextID += 1
    let id = nextID
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if Task.isCancelled {
          continuation.resume(returning: false)
        } else {
          changes[id] = continuation
        }
      }
    } onCancel: {
      Task { await self.stopListening(id) }
    }
  }
  func close() async {}

  private func stopListening(_ id: Int) {
    changes.removeValue(forKey: id)?.resume(returning: false)
  }

  private func answer(_ call: String) async throws(MonitorError) {
    calls.append(call)
    switch mood {
    case .answers: return
    case .unreachable: break
    case .silent: await silence.pass()
    case .refuses(let sqlState):
      throw MonitorError(code: .refused(sqlState: sqlState), message: "No.", hint: "Ask otherwise.")
    }
    throw MonitorError(code: .unreachable, message: "The monitor cannot be reached.")
  }
}
