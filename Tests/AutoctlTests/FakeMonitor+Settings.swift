import Autoctl
import MonitorClient

/// Formations and settings.
extension FakeMonitor {
  func createFormation(_ definition: FormationDefinition) async throws(MonitorError) {
    try request(
      "create formation \(definition.name) \(definition.kind) \(definition.database) "
        + "\(definition.hasSecondaries) \(definition.numberSyncStandbys)")
  }

  func dropFormation(_ formation: String) async throws(MonitorError) {
    try request("drop formation \(formation)")
  }

  func allowStandbys(_ isAllowed: Bool, in formation: String) async throws(MonitorError) {
    try request("standbys \(formation) \(isAllowed)")
  }

  func numberSyncStandbys(formation: String) async throws(MonitorError) -> Int? {
    try answer { $0.formations.contains(formation) ? $0.numberSyncStandbys : nil }
  }

  func setNumberSyncStandbys(_ number: Int, formation: String) async throws(MonitorError) {
    try request("number-sync-standbys \(formation) \(number)")
  }

  func setCandidatePriority(
    _ priority: Int, formation: String, nodeName: String
  ) async throws(MonitorError) {
    try request("candidate-priority \(nodeName) \(priority)")
  }

  func setReplicationQuorum(
    _ takesPart: Bool, formation: String, nodeName: String
  ) async throws(MonitorError) {
    try request("replication-quorum \(nodeName) \(takesPart)")
  }

  func formationSettings(formation: String) async throws(MonitorError) -> [SettingRow] {
    try answer { $0.formations.contains(formation) ? $0.settings : [] }
  }
}
