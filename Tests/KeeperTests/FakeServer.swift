import Failover
import ServerControl

/// A server made of values. It records what it was told, and fails or waits where a test says so.
actor FakeServer: PostgresServer {
  /// What is remembered across restarts and what is seen: all that a test compares.
  struct Shape: Equatable {
    var process = Observation.Process.stopped
    var isInRecovery = false
    var isAttached = false
    var standbyNames = ""
  }

  enum Cut: Equatable {
    /// The command fails before it did anything.
    case before
    /// The command did its work, and its answer was lost.
    case after
  }

  private(set) var shape: Shape
  private(set) var calls: [String] = []
  private(set) var looks = 0
  private(set) var configured: [[GroupMember]] = []
  private(set) var slots: [(members: [GroupMember], isPrimary: Bool)] = []
  var identifier: UInt64? = 7
  var timeline = 1
  var position = LogPosition(bytes: 0x100)
  var standbys: [ConnectedStandby] = []
  var receiver: Receiver?
  private var failures: [String: ServerError] = [:]
  private var barriers: [String: Barrier] = [:]
  private var cut: (number: Int, how: Cut)?
  private var commands = 0
  private var exit = Barrier()

  init(_ shape: Shape = Shape()) {
    self.shape = shape
  }

  // What tests say.

  func change(_ change: @Sendable (inout Shape) -> Void) { change(&shape) }
  func set(receiver: Receiver?) { self.receiver = receiver }
  func set(standbys: [ConnectedStandby]) { self.standbys = standbys }
  func set(identifier: UInt64?) { self.identifier = identifier }
  func set(position: LogPosition) { self.position = position }
  func fail(_ command: String, _ error: ServerError?) { failures[command] = error }
  func hold(_ command: String) -> Barrier {
    let barrier = Barrier()
    barriers[command] = barrier
    return barrier
  }
  func release(_ command: String) { barriers[command] = nil }
  /// The command of this number (the first is 1) is cut short.
  func cut(at number: Int, _ how: Cut) {
    cut = (number, how)
    commands = 0
  }
  func mend() { cut = nil }
  func count(_ command: String) -> Int { calls.count { $0 == command } }
  /// The server process dies.
  func crash() async {
    shape.process = .stopped
    receiver = nil
    standbys = []
    await exit.open()
    exit = Barrier()
  }

  // What a keeper asks and says.

  func observe() async -> Observation {
    looks += 1
    if let barrier = barriers["observe"] { await barrier.pass() }
    let isRunning = shape.process == .running
    return Observation(
      process: shape.process, isInRecovery: isRunning ? shape.isInRecovery : nil,
      timeline: shape.process == .absent ? 0 : timeline,
      position: shape.process == .unresponsive ? .unknown : position,
      systemIdentifier: shape.process == .absent ? nil : identifier,
      standbys: isRunning ? standbys : [], receiver: isRunning ? receiver : nil,
      standbyNames: isRunning ? shape.standbyNames : "")
  }

  func waitForExit() async {
    if shape.process == .stopped || shape.process == .absent { return }
    await exit.pass()
  }

  func createCluster() async throws(ServerError) {
    try await command("createCluster") { shape in
      if shape.process == .absent { shape.process = .stopped }
    }
  }
  func configure(for members: [GroupMember]) async throws(ServerError) {
    try await command("configure") { _ in }
    configured.append(members)
  }
  func createRoles() async throws(ServerError) {
    try await command("createRoles", needsServer: true) { _ in }
  }
  func start(as role: ServerRole) async throws(ServerError) {
    try await command("start \(role)") { shape in
      // A primary's server leaves recovery, like one that is started.
      if shape.process == .running, role == .primary {
        shape.isInRecovery = false
        shape.isAttached = false
      }
      guard shape.process == .stopped || shape.process == .starting else { return }
      shape.process = .running
      shape.isInRecovery = role != .primary
      shape.isAttached = role == .standby
    }
  }
  func stop() async throws(ServerError) {
    try await command("stop") { shape in
      if shape.process != .absent { shape.process = .stopped }
    }
    receiver = nil
    await exit.open()
    exit = Barrier()
  }
  func checkpoint() async throws(ServerError) {
    try await command("checkpoint", needsServer: true) { _ in }
  }
  func setStandbyNames(_ names: String) async throws(ServerError) {
    try await command("names '\(names)'") { $0.standbyNames = names }
  }
  func confirmStandbyNames(_ names: String) async throws(ServerError) {
    try await command("confirm '\(names)'", needsServer: true) { _ in }
    if shape.standbyNames != names { throw ServerError(code: .timedOut, message: "Other names.") }
  }
  func maintainSlots(for members: [GroupMember], isPrimary: Bool) async throws(ServerError) {
    try await command("slots", needsServer: true) { _ in }
    slots.append((members, isPrimary))
  }
  func meetLimits() async throws(ServerError) {}
  func clone(
    from primary: GroupMember, slot: String, progress: @Sendable (String) -> Void
  ) async throws(ServerError) {
    progress("copying from \(primary.name)")
    try await command("clone") { $0 = Shape(process: .stopped, isInRecovery: true) }
  }
  func rejoin(
    _ primary: GroupMember, slot: String, progress: @Sendable (String) -> Void
  ) async throws(ServerError) -> Rejoin {
    try await command("rejoin") { shape in
      shape = Shape(process: .running, isInRecovery: true, isAttached: true)
    }
    return .rewind
  }
  func follow(_ primary: GroupMember, slot: String) async throws(ServerError) {
    try await command("follow", needsServer: true) { $0.isAttached = true }
  }
  func fetch(from source: GroupMember, slot: String) async throws(ServerError) {
    try await command("fetch from \(source.name)", needsServer: true) { $0.isAttached = true }
  }
  func detach() async throws(ServerError) {
    try await command("detach", needsServer: true) { $0.isAttached = false }
    receiver = nil
  }
  func promote() async throws(ServerError) {
    try await command("promote", needsServer: true) { shape in
      shape.isInRecovery = false
      shape.isAttached = false
    }
  }

  private func command(
    _ name: String, needsServer: Bool = false, _ work: (inout Shape) -> Void
  ) async throws(ServerError) {
    calls.append(name)
    commands += 1
    let number = commands
    if let barrier = barriers[name] {
      await barrier.pass()
      if Task.isCancelled { throw ServerError(code: .timedOut, message: "\(name) was cut short.") }
    }
    if let failure = failures[name] { throw failure }
    let isCut = cut?.number == number
    if isCut, cut?.how == .before { throw ServerError(code: .timedOut, message: "Cut short.") }
    if needsServer, shape.process != .running {
      throw ServerError(code: .notRunning, message: "The server does not run for \(name).")
    }
    work(&shape)
    if isCut { throw ServerError(code: .timedOut, message: "Cut short.") }
  }
}
