import Autoctl
import MonitorClient

/// What the monitor tells of its rules, of what may happen, and what can be forced.
extension FakeMonitor {
  func ruleExplanation(
    formation: String, groupID: Int
  ) async throws(MonitorError) -> AnswerTable {
    try answer { $0.explanation }
  }

  func rules() async throws(MonitorError) -> AnswerTable { try answer { $0.rules } }

  func facts() async throws(MonitorError) -> [String: String] { try answer { $0.facts } }

  func electionWait(formation: String, groupID: Int) async throws(MonitorError) -> [String] {
    guard let waits = try answer({ $0.waits }) else {
      throw MonitorError(code: .notAMonitor, message: "there is no function election_wait")
    }
    return waits
  }

  func whatIf(
    _ happening: Happening, to nodeName: String, formation: String, groupID: Int
  ) async throws(MonitorError) -> [ForeseenStep] {
    try answer { script in
      script.requests.append("what if \(happening.rawValue) \(nodeName)")
      return script.steps
    }
  }

  func failoverOutlook(formation: String, groupID: Int) async throws(MonitorError) -> [Outlook] {
    try answer { $0.outlook }
  }

  func whatMayBeLost(formation: String, groupID: Int) async throws(MonitorError) -> String {
    try answer { $0.mayBeLost }
  }

  func forceFailover(
    formation: String, groupID: Int, decidedBy person: String
  ) async throws(MonitorError) -> String {
    try request("force failover \(formation)/\(groupID) decided by \(person)")
    return try answer { $0.mayBeLost }
  }
}
