internal import ArgumentParser
internal import Configuration
internal import Failover
internal import Keeper
internal import Logging
internal import MonitorClient
internal import ServerControl

/// `drop node`: takes a node out of its formation; on its own host, or from anywhere.
struct DropNode: Command {
  static let configuration = CommandConfiguration(
    commandName: "node", abstract: "Take a node out of its formation.",
    discussion: """
      On the node's own host, --pgdata says which node is meant. From elsewhere, --monitor or the \
      --pgdata of the monitor together with --name, or --hostname and --pgport.

      Example: pg_autoctl drop node --name node_2 --pgdata monitor
      """)

  @OptionGroup var access: MonitorOptions
  @Option(name: [.customShort("f"), .long], help: "The formation of the node that is named.")
  var formation: String?
  @Option(name: [.customShort("a"), .long], help: "The name of the node.")
  var name: String?
  @Option(
    name: [.customShort("n"), .long, .customLong("nodename")], help: "The host of the node.")
  var hostname: String?
  @Option(name: [.customShort("p"), .long], help: "The port of the node, beside --hostname.")
  var pgport: Int?
  @Flag(name: [.customShort("d"), .long], help: "Remove its data directory and files, for good.")
  var destroy = false
  @Flag(
    name: [.customShort("F"), .long],
    help: "Forget the node at once, also when its host is gone and cannot stop its server.")
  var force = false
  @OptionGroup var wait: WaitOption
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    if name != nil, hostname != nil {
      throw ValidationError("--name and --hostname exclude each other: give one of them.")
    }
    if pgport != nil, hostname == nil {
      throw ValidationError("--pgport needs --hostname beside it.")
    }
    if destroy, name != nil || hostname != nil {
      throw ValidationError("--destroy works on the node's own host only: give its --pgdata.")
    }
  }

  func run(in context: CommandContext) async throws -> Silence {
    if name == nil, hostname == nil {
      guard try isLocal(in: context) else {
        throw CommandError(
          .badArguments, "Nobody said which node is to be dropped.",
          hint: "Give its --pgdata on its own host, or --name, or --hostname and --pgport.")
      }
      return try await LocalDrop(
        access: access, force: force, destroy: destroy, limit: wait.limit, context: context
      ).perform()
    }
    return try await dropFromAfar(in: context)
  }

  /// Is it the node of this host that is meant? An error when the directory is not one of ours.
  private func isLocal(in context: CommandContext) throws -> Bool {
    guard access.monitor == nil,
      access.directory.isNamed(in: context, before: "PG_AUTOCTL_MONITOR")
    else { return false }
    return try access.directory.role(at: access.directory.locations(in: context)) == .keeper
  }

  private func dropFromAfar(in context: CommandContext) async throws -> Silence {
    let monitor = try access.client(in: context)
    let formation = try formation ?? access.node(in: context)?.formation ?? "default"
    let node = try await node(of: formation, from: monitor)
    let follower = GroupFollower(
      monitor, formation: formation, group: node.groupID, context: context)
    _ = try await follower.begin()
    try await monitor.removeNode(id: node.nodeID, force: force)
    context.logger.info("The monitor takes \(node.name) (node \(node.nodeID)) out of its group")
    if wait.limit == .zero { return Silence() }
    let isGone = { (nodes: [StateRow]) in !nodes.contains { $0.nodeID == node.nodeID } }
    guard try await follower.wait(atMost: wait.limit, until: isGone) != nil else {
      throw CommandError(
        .monitor,
        "\(node.name) did not report within \(wait.wait) seconds that it has stopped.",
        hint: "When its host is gone for good, give the command again with --force.")
    }
    context.logger.info("\(node.name) has left the formation")
    return Silence()
  }

  private func node(
    of formation: String, from monitor: any OperatorMonitor
  ) async throws -> StateRow {
    if let name { return try await monitor.node(named: name, formation: formation) }
    let nodes = try await monitor.currentState(formation: formation, groupID: nil)
    let port = pgport ?? 5432
    guard let node = nodes.first(where: { $0.host == hostname && $0.port == port }) else {
      let places = nodes.map { "\($0.host):\($0.port)" }.joined(separator: ", ")
      throw CommandError(
        .monitor, "There is no node at \(hostname ?? ""):\(port) in formation \"\(formation)\".",
        hint: nodes.isEmpty
          ? "List the formations with: pg_autoctl show uri." : "Its nodes are at: \(places).")
    }
    return node
  }
}
