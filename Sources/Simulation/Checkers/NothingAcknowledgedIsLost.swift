internal import Failover

/// S1: a server that is promoted holds every commit that was acknowledged. In a group without quorum
/// standbys, commits are acknowledged by the primary alone and may be lost with it.
struct NothingAcknowledgedIsLost {
  private struct Acknowledged {
    var commit: Int
    var by: Int
    var wasAlone: Bool
    var at: Duration
  }

  private var acknowledged: [Acknowledged] = []
  private(set) var count = 0

  mutating func acknowledged(_ commit: Int, by server: SimulatedServer) {
    count += 1
    let isAlone = server.names.count == 0
    if isAlone, server.isAsynchronous, server.world.members.count > 1 { return }
    acknowledged.append(
      Acknowledged(
        commit: commit, by: server.host.number, wasAlone: isAlone,
        at: server.world.clock.now))
  }

  /// Does this server hold all of it, but for what is younger than this?
  func look(
    at server: SimulatedServer, _ moment: String, youngerThan age: Duration = .zero
  ) -> String? {
    let held = Set(server.log.records.lazy.map(\.commit))
    let limit = server.world.clock.now - age
    let missing = acknowledged.filter { !held.contains($0.commit) && $0.at <= limit }
    guard let lost = missing.first else { return nil }
    return """
      S1: \(server.host.name) \(moment) without \(missing.count) acknowledged commits, the first being \
      \(lost.commit), acknowledged by node\(lost.by + 1)\(lost.wasAlone ? " alone" : "")
      """
  }

  mutating func beginAnew() { acknowledged = [] }

  /// What only this server has may be lost: an operator has given it up.
  mutating func excuse(_ server: SimulatedServer) {
    let others = server.world.members.filter { $0.number != server.host.number }
    let held = others.map { host in Set(host.server.log.records.lazy.map(\.commit)) }
    acknowledged.removeAll { entry in
      entry.wasAlone && !held.contains { $0.contains(entry.commit) }
    }
  }
}
