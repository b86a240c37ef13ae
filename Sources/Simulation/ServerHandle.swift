internal import Failover
internal import ServerControl

/// A simulated server in the hands of one keeper process. When that is killed, its commands have no
/// further effect.
final class ServerHandle: PostgresServer, @unchecked Sendable {
  private let server: SimulatedServer
  private let life: Life

  init(_ server: SimulatedServer, _ life: Life) {
    self.server = server
    self.life = life
  }

  func observe() async -> Observation {
    let wait = Wait(life, otherwise: Observation(process: .unresponsive))
    let clock = server.world.clock
    clock.after(server.world.dice.duration(.microseconds(500)...(.milliseconds(4)))) { [server] in
      guard server.isHung else { return wait.end(with: server.observation()) }
      guard !server.isSeenHung else { return wait.end(with: Observation(process: .unresponsive)) }
      clock.after(.seconds(2)) {
        wait.end(
          with: server.isHung ? Observation(process: .unresponsive) : server.observation())
      }
    }
    return await wait.value
  }

  func createCluster() async throws(ServerError) { try await perform { $0.createCluster($1) } }
  func configure(for members: [GroupMember]) async throws(ServerError) {
    try await perform { $0.brief($1, needsServer: false) }
  }
  func createRoles() async throws(ServerError) {
    try await perform { $0.brief($1, needsServer: true) }
  }
  func start(as role: ServerRole) async throws(ServerError) {
    try await perform { $0.start(as: role, $1) }
  }
  func stop() async throws(ServerError) { try await perform { $0.stop($1) } }
  func waitForExit() async {
    let wait = Wait(life, otherwise: ())
    server.whenEnded { wait.end(with: ()) }
    await wait.value
  }
  func checkpoint() async throws(ServerError) { try await perform { $0.checkpoint($1) } }
  func setStandbyNames(_ names: String) async throws(ServerError) {
    try await perform { $0.setNames(names, $1) }
  }
  func confirmStandbyNames(_ names: String) async throws(ServerError) {
    try await perform { $0.confirmNames(names, $1) }
  }
  func maintainSlots(for members: [GroupMember], isPrimary: Bool) async throws(ServerError) {
    try await perform { $0.brief($1, needsServer: true) }
  }
  /// Simulated servers have no such limits.
  func meetLimits() async throws(ServerError) {}
  func clone(
    from primary: GroupMember, slot: String, progress: @Sendable (String) -> Void
  ) async throws(ServerError) {
    try await perform { $0.clone(from: primary, slot, $1) }
  }
  func rejoin(
    _ primary: GroupMember, slot: String, progress: @Sendable (String) -> Void
  ) async throws(ServerError) -> Rejoin {
    try await perform { $0.rejoin(primary, slot, $1) }
  }
  func follow(_ primary: GroupMember, slot: String) async throws(ServerError) {
    try await perform { $0.follow(primary, slot, $1) }
  }
  func fetch(from source: GroupMember, slot: String) async throws(ServerError) {
    try await perform { $0.fetch(from: source, slot, $1) }
  }
  func detach() async throws(ServerError) { try await perform { $0.detach($1) } }
  func promote() async throws(ServerError) { try await perform { $0.promote($1) } }

  private func perform<Answer: Sendable>(
    _ command: (SimulatedServer, Effort<Answer>) -> Void
  ) async throws(ServerError) -> Answer {
    guard !life.isOver else { throw .cutShort }
    let effort = Effort<Answer>(life)
    command(server, effort)
    return try await effort.result()
  }
}
