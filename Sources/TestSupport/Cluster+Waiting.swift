/// Waiting for what the monitor says of the nodes.
extension Cluster {
  /// Waits until a node both is in a state and is wanted in it.
  @discardableResult
  public func wait(
    for node: Node, toBe state: String, within limit: Duration = .seconds(60)
  ) async throws -> NodeStatus {
    try await eventually("\(node.host.name) to be \(state)", within: limit) {
      if node.keeper.hasEnded {
        throw Hopeless("The keeper of \(node.host.name) has ended:\n\(node.keeper.log.tail(20))")
      }
      let status = try await status(of: node)
      guard status.reported == state, status.assigned == state else { throw NotYet("\(status)") }
      return status
    }
  }

  /// Waits until the monitor knows that these are lost: neither their keepers nor their servers are heard.
  public func waitUntilLost(_ nodes: [Node]) async throws {
    let names = nodes.map { "'\($0.host.name)'" }.joined(separator: ", ")
    try await eventually("the monitor to know that \(names) are lost") {
      let lost = try await monitor.sql(
        """
        select count(*) from pgautofailover.node_status('default', 0, pgautofailover.monitor_clock())
         where nodehost in (\(names)) and is_lost and not is_fresh
        """, database: "pg_auto_failover")
      guard lost == "\(nodes.count)" else { throw NotYet(lost) }
    }
  }

  /// Waits until one is primary, the other secondary, and the monitor sees that both answer.
  public func settle(
    primary: Node, standby: Node, within limit: Duration = .seconds(90)
  ) async throws {
    try await settle(primary: primary, standbys: [standby], within: limit)
  }

  /// Waits until one is primary, the others secondary, and the monitor sees that all answer.
  public func settle(
    primary: Node, standbys: [Node], within limit: Duration = .seconds(90)
  ) async throws {
    for standby in standbys { try await wait(for: standby, toBe: "secondary", within: limit) }
    try await wait(for: primary, toBe: "primary", within: limit)
    for node in [primary] + standbys {
      try await eventually("\(node.host.name) to answer the monitor", within: .seconds(20)) {
        let status = try await status(of: node)
        guard status.settled != nil else { throw NotYet("\(status)") }
      }
    }
  }

  /// Which node is primary and which secondary, once all is well.
  public func readyPair() async throws -> (primary: Node, standby: Node) {
    let (primary, standbys) = try await readyGroup()
    return (primary, standbys[0])
  }

  /// Which node is primary and which are secondary, in the order of the nodes, once all is well: hosts
  /// are powered on, links healed and services started first where an earlier test left them otherwise.
  public func readyGroup(
    within limit: Duration = .seconds(90)
  ) async throws -> (primary: Node, standbys: [Node]) {
    for node in [monitor] + nodes {
      if !node.host.isRunning { try await node.host.powerOn() }
      try await node.host.healLink()
      if node.keeper.hasEnded { try await node.startKeeper() }
    }
    return try await eventually("a primary, and all others secondary", within: limit) {
      let rows = try await state()
      let settled = nodes.map { node in rows.first { $0.host == node.host.name }?.settled }
      let leaders = zip(nodes, settled).filter { $1 == "primary" }.map(\.0)
      let standbys = zip(nodes, settled).filter { $1 == "secondary" }.map(\.0)
      guard leaders.count == 1, standbys.count == nodes.count - 1 else { throw NotYet("\(rows)") }
      return (leaders[0], standbys)
    }
  }
}
