internal import Failover
internal import MonitorClient
internal import PostgresClient

/// One keeper process's connection to the monitor, over the simulated network. Requests and answers
/// may be held up or lost: a request that was given up may still be performed later.
final class MonitorLink: MonitorSession, @unchecked Sendable {
  let host: Host
  let life: Life
  private var hasNews = false
  private var listener: Wait<Bool>?

  init(host: Host, life: Life) {
    self.host = host
    self.life = life
    host.world.monitor.add(self)
  }

  func query(
    _ statement: String, _ parameters: [String?]
  ) async throws(PostgresError) -> [Row] {
    let lost = PostgresError(code: .unreachable, message: "it does not answer")
    if life.isOver { throw lost }
    let wait = Wait(life, otherwise: Result<[Row], PostgresError>.failure(lost))
    let (world, place) = (host.world, host.place)
    world.clock.after(.seconds(3)) { wait.end(with: .failure(lost)) }
    world.network.send(from: place, to: .monitor, late: world.lateness()) { [life] in
      // A host that lost its power sends nothing again.
      guard world.hosts[self.host.number].isUp, !life.isOver || world.dice.percent(50) else {
        return
      }
      world.monitor.perform(statement, parameters, refused: lost) { outcome in
        world.network.send(from: .monitor, to: place) { wait.end(with: outcome) }
      }
    }
    return try await wait.value.get()
  }

  /// Ends when the monitor announces a change, or after the limit.
  func waitForNews(atMost limit: Duration) async -> Bool {
    if hasNews {
      hasNews = false
      return true
    }
    let wait = Wait(life, otherwise: false)
    listener = wait
    host.world.clock.after(limit) { wait.end(with: false) }
    return await wait.value
  }

  /// The monitor announces a change.
  func announce() {
    host.world.network.send(from: .monitor, to: host.place) { [self] in
      if let listener, !listener.isOver {
        listener.end(with: true)
      } else {
        hasNews = true
      }
    }
  }
}

/// The monitor as a keeper sees it: the real statements over the simulated network.
struct SimulatedMonitor: Monitor {
  private let link: MonitorLink
  private let monitor: SQLMonitor

  init(_ link: MonitorLink) {
    self.link = link
    monitor = SQLMonitor(through: link)
  }

  func register(_ registration: Registration) async throws(MonitorError) -> RegisteredNode {
    try await monitor.register(registration)
  }

  func nodeActive(
    formation: String, nodeID: Int64, groupID: Int, report: NodeReport
  ) async throws(MonitorError) -> Assignment {
    let assigned = try await monitor.nodeActive(
      formation: formation, nodeID: nodeID, groupID: groupID, report: report)
    if !link.life.isOver { link.host.isAssigned(assigned) }
    return assigned
  }

  func otherNodes(of nodeID: Int64) async throws(MonitorError) -> [GroupMember] {
    try await monitor.otherNodes(of: nodeID)
  }

  func primary(formation: String, groupID: Int) async throws(MonitorError) -> GroupMember {
    try await monitor.primary(formation: formation, groupID: groupID)
  }

  func mostAdvancedStandby(
    formation: String, groupID: Int, besides nodeID: Int64
  ) async throws(MonitorError) -> GroupMember {
    try await monitor.mostAdvancedStandby(
      formation: formation, groupID: groupID, besides: nodeID)
  }

  func standbyNames(
    ofPrimary nodeID: Int64, formation: String, groupID: Int
  ) async throws(MonitorError) -> String? {
    let names = try await monitor.standbyNames(
      ofPrimary: nodeID, formation: formation, groupID: groupID)
    if !link.life.isOver { link.host.namesAnswered = names }
    return names
  }

  func setSystemIdentifier(_ identifier: UInt64, of nodeID: Int64) async throws(MonitorError) {
    try await monitor.setSystemIdentifier(identifier, of: nodeID)
  }

  /// Simulated nodes keep none.
  func groupSnapshot(formation: String, groupID: Int) async throws(MonitorError) -> String { "" }

  func handOver(nodeID: Int64) async throws(MonitorError) -> Bool {
    try await monitor.handOver(nodeID: nodeID)
  }

  func waitForChange(
    of nodeID: Int64, atMost limit: Duration
  ) async throws(MonitorError) -> Bool {
    await link.waitForNews(atMost: limit)
  }

  func close() async {}
}
