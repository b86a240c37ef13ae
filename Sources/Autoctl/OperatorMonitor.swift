public import Failover
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
  /// Brings a group into this monitor, as its primary knows it; `true` when it is there already.
  func restoreGroup(
    _ snapshot: String, nodeID: Int64, state: NodeState, standbyNames: String
  ) async throws(MonitorError) -> Bool
  /// What the primary of a group sets as `synchronous_standby_names`, whoever that is.
  func synchronousStandbyNames(formation: String, groupID: Int) async throws(MonitorError) -> String
  /// Hands the primary's role of a group to a standby.
  func performFailover(formation: String, groupID: Int) async throws(MonitorError)
  /// Makes this node the primary; `false` when it is one already.
  func performPromotion(formation: String, nodeName: String) async throws(MonitorError) -> Bool
  /// Promotes the best standby there is, although commits may be lost; answers with what may be.
  func forceFailover(
    formation: String, groupID: Int, decidedBy person: String
  ) async throws(MonitorError) -> String
  /// What that may lose, in a sentence.
  func whatMayBeLost(formation: String, groupID: Int) async throws(MonitorError) -> String
  /// Puts a node into the operator's hands; a primary hands its role over first, if that is wanted.
  func startMaintenance(nodeID: Int64, withFailover: Bool) async throws(MonitorError)
  /// Gives a node back to the monitor.
  func stopMaintenance(nodeID: Int64) async throws(MonitorError)
  /// Takes a node out of its group; with force at once.
  func removeNode(id: Int64, force: Bool) async throws(MonitorError)
  /// Gives a node another name, host name or port; what is `nil` stays.
  func updateMetadata(
    nodeID: Int64, name: String?, host: String?, port: Int?
  ) async throws(MonitorError)
  /// For each rule about the nodes of a group, the facts that are missing and those in its way.
  func ruleExplanation(formation: String, groupID: Int) async throws(MonitorError) -> AnswerTable
  /// All rules, in the order in which they are tried.
  func rules() async throws(MonitorError) -> AnswerTable
  /// What each fact means, by its name.
  func facts() async throws(MonitorError) -> [String: String]
  /// What an election of a group waits for, in sentences.
  func electionWait(formation: String, groupID: Int) async throws(MonitorError) -> [String]
  /// The decisions that would follow if something happened to a node now.
  func whatIf(
    _ happening: Happening, to nodeName: String, formation: String, groupID: Int
  ) async throws(MonitorError) -> [ForeseenStep]
  /// For each node of a group, what its loss would mean now.
  func failoverOutlook(formation: String, groupID: Int) async throws(MonitorError) -> [Outlook]
  /// Creates a formation; it has no nodes yet.
  func createFormation(_ definition: FormationDefinition) async throws(MonitorError)
  /// Forgets a formation that has no nodes.
  func dropFormation(_ formation: String) async throws(MonitorError)
  /// Allows a formation to have standbys, or forbids it while it has none.
  func allowStandbys(_ isAllowed: Bool, in formation: String) async throws(MonitorError)
  /// How many standbys must confirm a commit; `nil` when there is no such formation.
  func numberSyncStandbys(formation: String) async throws(MonitorError) -> Int?
  /// Sets how many standbys must confirm a commit.
  func setNumberSyncStandbys(_ number: Int, formation: String) async throws(MonitorError)
  /// Sets who takes over first.
  func setCandidatePriority(
    _ priority: Int, formation: String, nodeName: String
  ) async throws(MonitorError)
  /// Sets whether commits may wait for a node.
  func setReplicationQuorum(
    _ takesPart: Bool, formation: String, nodeName: String
  ) async throws(MonitorError)
  /// All settings of a formation.
  func formationSettings(formation: String) async throws(MonitorError) -> [SettingRow]
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
    guard try await formations().contains(formation) else {
      throw await unknownFormation(formation)
    }
  }

  /// What to say of a formation that nobody has created.
  func unknownFormation(_ formation: String) async -> CommandError {
    let known = (try? await formations()) ?? []
    return CommandError(
      .monitor, "There is no formation \"\(formation)\".",
      hint: "The formations are: \(known.joined(separator: ", ")).")
  }

  /// What an election waits for; nothing where the monitor is too old to tell.
  func electionWaitIfKnown(
    formation: String, groupID: Int
  ) async throws(MonitorError) -> [String] {
    do {
      return try await electionWait(formation: formation, groupID: groupID)
    } catch {
      guard error.code == .notAMonitor else { throw error }
      return []
    }
  }
}
