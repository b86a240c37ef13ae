internal import Failover
internal import MonitorClient

/// What a keeper asks that has no monitor: it never answers, so that the keeper goes on as it does while a
/// monitor is away.
struct DisabledMonitor: Monitor {
  private var error: MonitorError {
    MonitorError(
      code: .unreachable, message: "The monitor is disabled for this node: nobody fails over.",
      hint: "Name one with: pg_autoctl enable monitor")
  }

  func register(_ registration: Registration) async throws(MonitorError) -> RegisteredNode {
    throw error
  }
  func nodeActive(
    formation: String, nodeID: Int64, groupID: Int, report: NodeReport
  ) async throws(MonitorError) -> Assignment { throw error }
  func otherNodes(of nodeID: Int64) async throws(MonitorError) -> [GroupMember] { throw error }
  func primary(formation: String, groupID: Int) async throws(MonitorError) -> GroupMember {
    throw error
  }
  func mostAdvancedStandby(
    formation: String, groupID: Int, besides nodeID: Int64
  ) async throws(MonitorError) -> GroupMember { throw error }
  func standbyNames(
    ofPrimary nodeID: Int64, formation: String, groupID: Int
  ) async throws(MonitorError) -> String? { throw error }
  func setSystemIdentifier(
    _ identifier: UInt64, of nodeID: Int64
  ) async throws(MonitorError) { throw error }
  func groupSnapshot(formation: String, groupID: Int) async throws(MonitorError) -> String {
    throw error
  }
  func handOver(nodeID: Int64) async throws(MonitorError) -> Bool { throw error }
  func waitForChange(
    of nodeID: Int64, atMost limit: Duration
  ) async throws(MonitorError) -> Bool { throw error }
  func close() async {}
}
