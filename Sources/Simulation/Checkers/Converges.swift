internal import Failover
internal import PostgresClient

/// At the end, with everything healed: one primary, everybody else its standby, all acknowledged
/// commits everywhere, and clients can write.
struct Converges {
  let world: World
  private let acknowledgedBefore: Int

  init(world: World) {
    self.world = world
    acknowledgedBefore = world.checkers.nothingIsLost.count
  }

  /// What is still missing; `nil` when all is well.
  func missing() -> String? {
    guard world.checkers.nothingIsLost.count > acknowledgedBefore else {
      return "no commit is acknowledged"
    }
    if let host = world.members.first(where: { $0.keeper == nil || !$0.server.answers }) {
      return "\(host.name) does not run"
    }
    let rows =
      (try? world.monitor.laboratory.session.query(
        """
        SELECT nodename, reportedstate, goalstate, nodeid FROM pgautofailover.registered_node
        ORDER BY nodeid
        """)) ?? []
    let primaries = rows.filter { ["single", "primary", "wait_primary"].contains($0["goalstate"]) }
    guard primaries.count == 1, let primary = primaries[0]["nodename"] else {
      return "there are \(primaries.count) primaries"
    }
    for row in rows {
      let (name, reported, goal) = (
        row["nodename"] ?? "", row["reportedstate"] ?? "", row["goalstate"] ?? ""
      )
      let wanted = name == primary ? (rows.count == 1 ? "single" : "primary") : "secondary"
      if reported != goal || goal != wanted { return "\(name) is \(reported), to be \(goal)" }
    }
    guard let leader = world.hosts.first(where: { $0.name == primary }) else { return "no leader" }
    for host in world.members {
      if host.number != leader.number, host.server.receiver?.upstream != leader.number {
        return "\(host.name) does not stream from \(primary)"
      }
      if let lacking = world.checkers.nothingIsLost.look(
        at: host.server, "ends the day", youngerThan: .seconds(3))
      {
        return lacking
      }
    }
    return nil
  }
}
