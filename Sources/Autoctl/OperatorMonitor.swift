internal import Failover
public import MonitorClient

/// The monitor as operators' commands see it: what keepers ask, and what people ask.
public protocol OperatorMonitor: Monitor {
  /// Opens the connection and listens, so that nothing is missed from here on.
  func connect() async throws(MonitorError)
  /// The nodes of a formation with their states.
  func currentState(formation: String, groupID: Int?) async throws(MonitorError) -> [StateRow]
  /// The newest events, oldest first.
  func lastEvents(
    formation: String, groupID: Int?, count: Int
  ) async throws(MonitorError) -> [EventRow]
  /// The connection string of a formation; `nil` when it has no nodes or does not exist.
  func formationURI(
    formation: String, encryption: ClientEncryption
  ) async throws(MonitorError) -> String?
  /// The monitor's URI as given, and those of all formations that have nodes.
  func allURIs(
    monitorURI: String, encryption: ClientEncryption
  ) async throws(MonitorError) -> [NamedURI]
  /// The names of all formations.
  func formations() async throws(MonitorError) -> [String]
  /// The version of the monitor's extension.
  func extensionVersion() async throws(MonitorError) -> ExtensionVersion
  /// Hands the primary's role of a group to a standby.
  func performFailover(formation: String, groupID: Int) async throws(MonitorError)
  /// Makes this node the primary; `false` when it is one already.
  func performPromotion(formation: String, nodeName: String) async throws(MonitorError) -> Bool
  /// Puts a node into the operator's hands.
  func startMaintenance(nodeID: Int64) async throws(MonitorError)
  /// Gives a node back to the monitor.
  func stopMaintenance(nodeID: Int64) async throws(MonitorError)
  /// Takes a node out of its group; with force at once.
  func removeNode(id: Int64, force: Bool) async throws(MonitorError)
  /// For each rule about the nodes of a group, the facts that are missing and those in its way.
  func ruleExplanation(formation: String, groupID: Int) async throws(MonitorError) -> AnswerTable
  /// Waits for whatever the monitor says next; `nil` when the time is over.
  func waitForNotification(
    atMost limit: Duration
  ) async throws(MonitorError) -> MonitorNotification?
}

extension SQLMonitor: OperatorMonitor {}

extension OperatorMonitor {
  /// The node that is meant by a name, or by a host and port; an error says that there is none.
  func node(
    named name: String, formation: String
  ) async throws -> StateRow {
    let rows = try await currentState(formation: formation, groupID: nil)
    guard let row = rows.first(where: { $0.name == name }) else {
      let names = rows.map(\.name).joined(separator: ", ")
      throw CommandError(
        .monitor, "There is no node \"\(name)\" in formation \"\(formation)\".",
        hint: rows.isEmpty
          ? "List the formations with: pg_autoctl show uri."
          : "Its nodes are: \(names).")
    }
    return row
  }

  /// An error unless there is such a formation; an empty answer alone does not tell.
  func requireFormation(_ formation: String) async throws {
    let known = try await formations()
    guard known.contains(formation) else {
      throw CommandError(
        .monitor, "There is no formation \"\(formation)\".",
        hint: "The formations are: \(known.joined(separator: ", ")).")
    }
  }
}
