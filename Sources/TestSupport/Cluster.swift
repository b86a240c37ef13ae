internal import Foundation

/// The machines of the quick start guide: a monitor, nodes A, B and as many more as are wanted, and an
/// application's host, with the command under test installed on all of them.
public final class Cluster: Sendable {
  /// The network of all hosts.
  public let network: VirtualNetwork
  /// The monitor's server.
  public let monitor: Node
  /// The nodes in the order in which they join: A, the first primary, then its standbys.
  public let nodes: [Node]
  /// Where applications run.
  public let app: VirtualHost

  /// Node A, the first primary.
  public var a: Node { nodes[0] }
  /// Node B, the first standby.
  public var b: Node { nodes[1] }

  /// Boots the hosts of a monitor, of so many nodes, and of applications. `diskOfA` gives A's data
  /// directory a file system of so many megabytes, `disks` each service's home: its data and its
  /// own files.
  public init(nodes count: Int = 2, diskOfA megabytes: Int? = nil, disks: Int? = nil) async throws {
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
      var nodes: [Node] = []
      for letter in "abcdefg".prefix(count) {
        let host = try await network.addHost(named: "ha-demo-\(letter)")
        var pgdata = "ha"
        if nodes.isEmpty, let megabytes {
          pgdata = try await host.addDisk(named: "disk", megabytes: megabytes) + "/ha"
        }
        nodes.append(Node(on: host, pgdata: pgdata))
      }
      self.nodes = nodes
      app = try await network.addHost(named: "ha-demo-app")
      if let disks {
        for node in [monitor] + nodes {
          _ = try await node.host.addDisk(named: "home", megabytes: disks)
        }
      }
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

  /// The guide up to "Watch the replication": A primary, the others secondary, services running, and
  /// applications admitted.
  public func setUp() async throws {
    try await createMonitor()
    try await monitor.startKeeper()
    try await setUpNodes()
  }

  /// The same, for a monitor that runs already.
  public func setUpNodes() async throws {
    try await create(a)
    try await a.admitApplications(from: network.range)
    try await a.startKeeper()
    for node in nodes.dropFirst() {
      try await create(node)
      try await node.startKeeper()
    }
    try await settle(primary: a, standbys: Array(nodes.dropFirst()))
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

  /// The address of the formation, for applications.
  public func formationURI() async throws -> String {
    try await monitor.succeed(["show", "uri", "--formation", "default"]).text
  }

  /// State, events and logs, for a person who looks into a failure.
  public func report() async -> String {
    var parts: [String] = []
    for words in [["show", "state"], ["show", "events", "--count", "40"]] {
      let outcome = try? await monitor.autoctl(words, limit: .seconds(10))
      parts.append("--- \(words.joined(separator: " "))")
      parts.append(outcome.map { $0.output + $0.errorOutput } ?? "the monitor's host is off")
    }
    for node in [monitor] + nodes {
      parts.append("--- \(node.host.name): startup.log\n\(node.serverLog.tail(30))")
    }
    return (parts + network.hosts.map { $0.logTails() }).joined(separator: "\n")
  }
}

/// A program that the tests run is not there.
public struct NotBuilt: Error, CustomStringConvertible {
  /// Its path.
  public let program: String

  /// This one.
  public init(program: String) { self.program = program }

  /// What happened, and what to do.
  public var description: String { "There is no program \(program). Build it first: make build" }
}
