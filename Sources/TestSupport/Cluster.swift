internal import Foundation

/// The machines of the quick start guide: a monitor, node A, node B, and an application's host, with
/// the command under test installed on all of them.
public final class Cluster: Sendable {
  /// The network of all hosts.
  public let network: VirtualNetwork
  /// The monitor's server.
  public let monitor: Node
  /// Node A, the first primary.
  public let a: Node
  /// Node B, the first standby.
  public let b: Node
  /// Where applications run.
  public let app: VirtualHost

  /// Boots the four hosts. `diskOfA` gives A's data directory a file system of so many megabytes.
  public init(diskOfA megabytes: Int? = nil) async throws {
    guard FileManager.default.isExecutableFile(atPath: Paths.autoctl) else {
      throw NotBuilt(program: Paths.autoctl)
    }
    guard FileManager.default.isExecutableFile(atPath: Paths.writer) else {
      throw NotBuilt(program: Paths.writer)
    }
    network = try await VirtualNetwork()
    do {
      try network.install(program: "pg_autoctl", from: Paths.autoctl)
      try network.install(program: "writer", from: Paths.writer)
      monitor = Node(on: try await network.addHost(named: "ha-demo-monitor"), pgdata: "monitor")
      let hostA = try await network.addHost(named: "ha-demo-a")
      var pgdata = "ha"
      if let megabytes {
        pgdata = try await hostA.addDisk(named: "disk", megabytes: megabytes) + "/ha"
      }
      a = Node(on: hostA, pgdata: pgdata)
      b = Node(on: try await network.addHost(named: "ha-demo-b"), pgdata: "ha")
      app = try await network.addHost(named: "ha-demo-app")
    } catch {
      try await network.remove()
      throw error
    }
  }

  /// Powers everything off and removes it.
  public func remove() async throws { try await network.remove() }

  // MARK: The guide's commands

  /// The monitor's address, as `create postgres` wants it.
  public var monitorURI: String {
    "postgres://autoctl_node@\(monitor.host.name)/pg_auto_failover"
  }

  /// `pg_autoctl create monitor`, as in the guide.
  @discardableResult
  public func createMonitor() async throws -> CommandOutcome {
    try await monitor.succeed(
      ["create", "monitor", "--auth", "trust", "--no-ssl", "--pgctl", Paths.pgctl])
  }

  /// The words of `create postgres` as in the guide, without `--pgdata`.
  public func createWords(for node: Node) -> [String] {
    ["create", "postgres", "--auth", "trust", "--no-ssl", "--nodename", node.host.name]
      + ["--pgctl", Paths.pgctl, "--monitor", monitorURI]
  }

  /// `pg_autoctl create postgres`, as in the guide.
  @discardableResult
  public func create(_ node: Node) async throws -> CommandOutcome {
    try await node.succeed(createWords(for: node), limit: .seconds(180))
  }

  /// The guide up to "Watch the replication": A primary, B secondary, services running, and
  /// applications admitted.
  public func setUp() async throws {
    try await createMonitor()
    try await monitor.startKeeper()
    try await create(a)
    try await a.admitApplications(from: network.range)
    try await a.startKeeper()
    try await create(b)
    try await b.startKeeper()
    try await settle(primary: a, standby: b)
  }

  // MARK: What the monitor says

  /// `show state --json`.
  public func state() async throws -> [NodeStatus] {
    let answer = try await monitor.succeed(["show", "state", "--json"], limit: .seconds(10))
    return try JSONDecoder().decode([NodeStatus].self, from: Data(answer.output.utf8))
      .sorted { $0.nodeID < $1.nodeID }
  }

  /// The row of one node.
  public func status(of node: Node) async throws -> NodeStatus {
    let all = try await state()
    guard let status = all.first(where: { $0.host == node.host.name && $0.port == node.port })
    else { throw NotYet("\(node.host.name) is not among \(all)") }
    return status
  }

  /// `show events --json`, the oldest first.
  public func events() async throws -> [NodeEvent] {
    let answer = try await monitor.succeed(["show", "events", "--count", "500", "--json"])
    return try JSONDecoder().decode([NodeEvent].self, from: Data(answer.output.utf8))
      .sorted { $0.eventID < $1.eventID }
  }

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

  /// Waits until one is primary, the other secondary, and the monitor sees that both answer.
  public func settle(
    primary: Node, standby: Node, within limit: Duration = .seconds(90)
  ) async throws {
    try await wait(for: standby, toBe: "secondary", within: limit)
    try await wait(for: primary, toBe: "primary", within: limit)
    for node in [primary, standby] {
      try await eventually("\(node.host.name) to answer the monitor", within: .seconds(20)) {
        let status = try await status(of: node)
        guard status.settled != nil else { throw NotYet("\(status)") }
      }
    }
  }

  /// The address of the formation, for applications.
  public func formationURI() async throws -> String {
    try await monitor.succeed(["show", "uri", "--formation", "default"]).text
  }

  /// Which node is primary and which secondary, once all is well: hosts are powered on, links healed
  /// and services started first where an earlier test left them otherwise.
  public func readyPair() async throws -> (primary: Node, standby: Node) {
    for node in [monitor, a, b] {
      if !node.host.isRunning { try await node.host.powerOn() }
      try await node.host.healLink()
      if node.keeper.hasEnded { try await node.startKeeper() }
    }
    return try await eventually("a primary and a secondary", within: .seconds(90)) {
      let (first, second) = (try await status(of: a), try await status(of: b))
      switch (first.settled, second.settled) {
      case ("primary", "secondary"): return (a, b)
      case ("secondary", "primary"): return (b, a)
      default: throw NotYet("\(first), \(second)")
      }
    }
  }

  /// State, events and logs, for a person who looks into a failure.
  public func report() async -> String {
    var parts: [String] = []
    for words in [["show", "state"], ["show", "events", "--count", "40"]] {
      let outcome = try? await monitor.autoctl(words, limit: .seconds(10))
      parts.append("--- \(words.joined(separator: " "))")
      parts.append(outcome.map { $0.output + $0.errorOutput } ?? "the monitor's host is off")
    }
    for node in [monitor, a, b] {
      parts.append("--- \(node.host.name): startup.log\n\(node.serverLog.tail(30))")
    }
    return (parts + network.hosts.map { $0.logTails() }).joined(separator: "\n")
  }
}

/// A program that the tests run is not there.
public struct NotBuilt: Error, CustomStringConvertible {
  /// Its path.
  public let program: String

  /// What happened, and what to do.
  public var description: String { "There is no program \(program). Build it first: make build" }
}
