import Autoctl
import Failover
import MonitorClient
import Synchronization

/// A monitor that answers what a test has told it to.
final class FakeMonitor: OperatorMonitor {
  /// What it knows and what it was asked.
  struct Script: Sendable {
    /// The states of the nodes, one list for each time it is asked; the last one stays.
    var states: [[StateRow]] = [[]]
    var events: [EventRow] = []
    var formations = ["default"]
    var uris: [String: String] = [:]
    var standbyNames = ""
    /// Why requests are refused; `nil` grants them.
    var refusal: MonitorError?
    /// Why the first request is refused; those after it are not.
    var firstRefusal: MonitorError?
    var explanation = AnswerTable(columns: [], rows: [])
    var rules = AnswerTable(columns: [], rows: [])
    var facts: [String: String] = [:]
    /// What an election waits for; `nil` where the monitor cannot tell.
    var waits: [String]? = []
    var steps: [ForeseenStep] = []
    var outlook: [Outlook] = []
    var mayBeLost = ""
    var numberSyncStandbys = 0
    var settings: [SettingRow] = []
    /// Why it cannot even be asked.
    var failure: MonitorError?
    var requests: [String] = []
  }

  private let script: Mutex<Script>
  private let clock: JumpingClock

  init(_ script: Script, clock: JumpingClock) {
    self.script = Mutex(script)
    self.clock = clock
  }

  /// What operators have asked for, in order.
  var requests: [String] { script.withLock(\.requests) }

  func answer<Answer>(
    _ read: (inout sending Script) -> sending Answer
  ) throws(MonitorError) -> sending Answer {
    if let failure = script.withLock({ $0.failure }) { throw failure }
    return script.withLock(read)
  }

  func request(_ words: String) throws(MonitorError) {
    let refusal = try answer { script in
      script.requests.append(words)
      defer { script.firstRefusal = nil }
      return script.firstRefusal ?? script.refusal
    }
    if let refusal { throw refusal }
  }

  func connect() async throws(MonitorError) { _ = try answer { $0.formations } }

  func currentState(formation: String, groupID: Int?) async throws(MonitorError) -> [StateRow] {
    try answer { script in
      script.states.count > 1 ? script.states.removeFirst() : script.states[0]
    }
    .filter { $0.formation == formation }
  }

  func lastEvents(
    formation: String, groupID: Int?, count: Int
  ) async throws(MonitorError) -> [EventRow] {
    try answer { $0.events }.suffix(count).filter { $0.formation == formation }
  }

  func formationURI(
    formation: String, encryption: ClientEncryption
  ) async throws(MonitorError) -> String? {
    try answer { $0.uris[formation] }
  }

  func allURIs(
    monitorURI: String, encryption: ClientEncryption
  ) async throws(MonitorError) -> [NamedURI] {
    [NamedURI(type: "monitor", name: "monitor", uri: monitorURI)]
      + (try answer { $0.uris }).sorted { $0.key < $1.key }
      .map { NamedURI(type: "formation", name: $0.key, uri: $0.value) }
  }

  func formations() async throws(MonitorError) -> [String] { try answer { $0.formations } }

  func extensionVersion() async throws(MonitorError) -> ExtensionVersion {
    _ = try answer { $0.formations }
    return ExtensionVersion(provided: "1.0", installed: "1.0")
  }

  func restoreGroup(
    _ snapshot: String, nodeID: Int64, state: NodeState, standbyNames: String
  ) async throws(MonitorError) -> Bool {
    try request("restore \(snapshot) by node \(nodeID), \(state.rawValue), '\(standbyNames)'")
    return false
  }

  func performFailover(formation: String, groupID: Int) async throws(MonitorError) {
    try request("failover \(formation)/\(groupID)")
  }

  func performPromotion(formation: String, nodeName: String) async throws(MonitorError) -> Bool {
    try request("promote \(nodeName)")
    return true
  }

  func startMaintenance(nodeID: Int64, withFailover: Bool) async throws(MonitorError) {
    try request("start maintenance \(nodeID)\(withFailover ? "" : " without failover")")
  }

  func stopMaintenance(nodeID: Int64) async throws(MonitorError) {
    try request("stop maintenance \(nodeID)")
  }

  func removeNode(id: Int64, force: Bool) async throws(MonitorError) {
    try request("remove \(id)\(force ? " by force" : "")")
  }

  func updateMetadata(
    nodeID: Int64, name: String?, host: String?, port: Int?
  ) async throws(MonitorError) {
    let changes = [name, host, port.map { "\($0)" }].map { $0 ?? "-" }
    try request("metadata of \(nodeID): \(changes.joined(separator: " "))")
  }

  func waitForNotification(
    atMost limit: Duration
  ) async throws(MonitorError) -> MonitorNotification? {
    clock.jump(by: limit)
    return nil
  }

  func register(_ registration: Registration) async throws(MonitorError) -> RegisteredNode {
    try request(
      """
      register \(registration.host):\(registration.port), \
      priority \(registration.candidatePriority), quorum \(registration.replicationQuorum)
      """)
    return RegisteredNode(
      assignment: Assignment(
        nodeID: 1, groupID: 0, goal: .single, candidatePriority: 50, replicationQuorum: true),
      name: "node_1")
  }

  func nodeActive(
    formation: String, nodeID: Int64, groupID: Int, report: NodeReport
  ) async throws(MonitorError) -> Assignment {
    try request("report \(report.state.rawValue)")
    return Assignment(
      nodeID: nodeID, groupID: groupID, goal: report.state, candidatePriority: 50,
      replicationQuorum: true)
  }

  func otherNodes(of nodeID: Int64) async throws(MonitorError) -> [GroupMember] { [] }

  func primary(formation: String, groupID: Int) async throws(MonitorError) -> GroupMember {
    GroupMember(id: 1, name: "a", host: "a", port: 5432)
  }

  func mostAdvancedStandby(
    formation: String, groupID: Int, besides nodeID: Int64
  ) async throws(MonitorError) -> GroupMember {
    GroupMember(id: 3, name: "c", host: "c", port: 5432)
  }

  func standbyNames(
    ofPrimary nodeID: Int64, formation: String, groupID: Int
  ) async throws(MonitorError) -> String? {
    try answer { $0.standbyNames }
  }

  func synchronousStandbyNames(
    formation: String, groupID: Int
  ) async throws(MonitorError) -> String {
    try answer { $0.standbyNames }
  }

  func setSystemIdentifier(_ identifier: UInt64, of nodeID: Int64) async throws(MonitorError) {}
  func groupSnapshot(formation: String, groupID: Int) async throws(MonitorError) -> String { "" }
  func handOver(nodeID: Int64) async throws(MonitorError) -> Bool { false }

  func waitForChange(
    of nodeID: Int64, atMost limit: Duration
  ) async throws(MonitorError) -> Bool { false }

  func close() async {}
}
