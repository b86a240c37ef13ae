internal import PostgresClient

/// An operator who asks the monitor for this and that, at any moment.
struct Operator {
  let world: World
  var dice: Dice

  mutating func act() {
    let host = dice.pick(world.hosts)
    switch dice.int(1...100) {
    case ...30: ask("a failover", "SELECT pgautofailover.perform_failover()")
    case ...45:
      ask(
        "that \(host.name) takes over", "SELECT pgautofailover.perform_promotion('default', $1)",
        [host.name])
    case ...62: maintain(host)
    case ...70: setNumberOfConfirmations()
    case ...78: setPriority(of: host)
    case ...86: setQuorum(of: host)
    case ...95: drop(host)
    default: dropByForce(host)
    }
  }

  private mutating func maintain(_ host: Host) {
    guard let id = host.nodeID else { return }
    let withFailover = !dice.oneIn(3)
    ask(
      "maintenance of \(host.name)\(withFailover ? "" : " without failover")",
      "SELECT pgautofailover.start_maintenance($1, $2)", ["\(id)", "\(withFailover)"])
    let world = world
    world.clock.after(dice.duration(.seconds(1)...(.seconds(20)))) {
      Operator(world: world, dice: Dice(seed: 0)).endMaintenance(of: host)
    }
  }

  func endMaintenance(of host: Host) {
    guard let id = host.nodeID else { return }
    ask(
      "the end of \(host.name)'s maintenance", "SELECT pgautofailover.stop_maintenance($1)",
      ["\(id)"])
  }

  private mutating func setNumberOfConfirmations() {
    let number = dice.int(0...3)
    ask(
      "number_sync_standbys = \(number)",
      "SELECT pgautofailover.set_formation_number_sync_standbys('default', $1)", ["\(number)"])
  }

  private mutating func setPriority(of host: Host) {
    let priority = dice.pick([0, 10, 50, 100])
    let isDone = ask(
      "candidate priority \(priority) of \(host.name)",
      "SELECT pgautofailover.set_node_candidate_priority('default', $1, $2)",
      [host.name, "\(priority)"])
    if isDone { host.priority = priority }
  }

  private mutating func setQuorum(of host: Host) {
    let isInQuorum = dice.percent(65)
    let isDone = ask(
      "replication quorum \(isInQuorum) of \(host.name)",
      "SELECT pgautofailover.set_node_replication_quorum('default', $1, $2)",
      [host.name, "\(isInQuorum)"])
    if isDone { host.isInQuorum = isInQuorum }
  }

  /// Drops a node; when it has left, it is created anew.
  private mutating func drop(_ host: Host) {
    guard let id = host.nodeID else { return }
    host.isLeaving =
      ask(
        "that \(host.name) is dropped", "SELECT pgautofailover.remove_node($1::bigint)", ["\(id)"])
      || host.isLeaving
    createAnew(host, tries: 20)
  }

  /// Drops a node whose host is dead, at once.
  private func dropByForce(_ host: Host) {
    if !host.isUp { removeByForce(host) }
  }

  private func removeByForce(_ host: Host) {
    guard let id = host.nodeID else { return }
    let isDone = ask(
      "that \(host.name) is dropped by force",
      "SELECT pgautofailover.remove_node($1::bigint, true)", ["\(id)"])
    guard isDone else { return }
    world.checkers.excuse(host.server)
    world.wasDroppedByForce = true
    world.left(host)
    createAnew(host, tries: 20)
  }

  /// Accepts that what only a node had that was dropped by force is lost, if the others wait for that; and
  /// lets somebody lead where nobody may. Directories that no server can start with are of no use to
  /// anybody: when there are no others, the group is begun anew.
  func acceptLoss() {
    if world.members.allSatisfy(\.server.isTorn) {
      return world.members.forEach(removeByForce)
    }
    if let host = world.members.first, world.members.allSatisfy({ $0.priority == 0 }) {
      host.priority = 50
      ask(
        "candidate priority 50 of \(host.name)",
        "SELECT pgautofailover.set_node_candidate_priority('default', $1, 50)", [host.name])
    }
    ask(
      "a failover that may lose commits",
      "SELECT pgautofailover.force_failover('default', 0, 'operator')")
  }

  private func createAnew(_ host: Host, tries: Int) {
    let world = world
    world.clock.after(.seconds(3)) {
      guard tries > 0, !host.isBeingCreated else { return }
      if host.nodeID == nil, host.isUp, !host.isSuspended, host.keeper == nil {
        host.wipe()
        // The first node of a group has to lead.
        if world.members.isEmpty { host.priority = max(host.priority, 50) }
        world.create(host)
      } else {
        Operator(world: world, dice: Dice(seed: 0)).createAnew(host, tries: tries - 1)
      }
    }
  }

  /// Asks the monitor and tells what it said; what is not possible now is refused.
  @discardableResult
  private func ask(_ what: String, _ statement: String, _ parameters: [String] = []) -> Bool {
    guard world.monitor.isUp, !world.monitor.isSuspended else { return false }
    world.tell("operator", "asks for \(what)")
    do throws(PostgresError) {
      _ = try world.monitor.ask(statement, parameters)
      return true
    } catch {
      world.tell("operator", "is refused: \(error.message)")
      return false
    }
  }
}
