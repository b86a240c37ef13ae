internal import Simulation
internal import TestSupport

/// The roles when a fault happens.
struct Scene: Sendable {
  let cluster: Cluster
  let primary: Node
  let standbys: [Node]

  var nodes: [Node] { [primary] + standbys }
  var all: [Node] { [cluster.monitor] + nodes }
}

/// Something bad that happens, and ends.
struct Fault: Sendable {
  /// What happens, in a few words.
  let name: String
  /// Lets it happen; throws when it cannot, as when another fault is in its way. The dice choose whatever there is to choose.
  let strike: @Sendable (Scene, inout Dice) async throws -> Void
  /// Takes it back; what is left is the system's affair.
  var heal: @Sendable (Scene) async throws -> Void = { _ in }
}

extension Fault {
  /// All kinds.
  static let all: [Fault] = processes + hosts + links + operators

  // MARK: Processes

  private static let processes: [Fault] = [
    killed("the primary's postmaster killed", { $0.primary }, "postgres", oldest: true),
    killed("a standby's postmaster killed", { $0.standbys[0] }, "postgres", oldest: true),
    killed("a backend of the primary killed", { $0.primary }, "^postgres: .* [0-9.]+\\([0-9]+\\)"),
    killed("a walsender killed", { $0.primary }, "^postgres: walsender"),
    killed("a walreceiver killed", { $0.standbys[0] }, "^postgres: walreceiver"),
    killed("the primary's keeper killed", { $0.primary }, "pg_autoctl", oldest: true),
    killed("a standby's keeper killed", { $0.standbys[0] }, "pg_autoctl", oldest: true),
    killed("the monitor's postmaster killed", { $0.cluster.monitor }, "postgres", oldest: true),
    killed("the health worker killed", { $0.cluster.monitor }, "health worker"),
    frozen("the primary's PostgreSQL frozen", { $0.primary }, ["postgres"]),
    frozen("a standby's PostgreSQL frozen", { $0.standbys[0] }, ["postgres"]),
    frozen("the primary's keeper frozen", { $0.primary }, ["pg_autoctl"]),
    frozen("a walreceiver frozen", { $0.standbys[0] }, ["-f", "^postgres: walreceiver"]),
    frozen("the monitor's PostgreSQL frozen", { $0.cluster.monitor }, ["postgres"]),
  ]

  private static func killed(
    _ name: String, _ node: @escaping @Sendable (Scene) -> Node, _ pattern: String,
    oldest: Bool = false
  ) -> Fault {
    Fault(name: name) { scene, _ in
      // The oldest of the name is the postmaster, or the keeper.
      let words = oldest ? ["-o", "-x", pattern] : ["-o", "-f", pattern]
      try await node(scene).host.succeed(["pkill", "-KILL"] + words, asRoot: true)
    }
  }

  private static func frozen(
    _ name: String, _ node: @escaping @Sendable (Scene) -> Node, _ words: [String]
  ) -> Fault {
    Fault(
      name: name,
      strike: { scene, _ in
        try await node(scene).host.succeed(["pkill", "-STOP"] + words, asRoot: true)
      },
      heal: { scene in
        _ = try? await node(scene).host.run(["pkill", "-CONT"] + words, asRoot: true)
      })
  }

  // MARK: Hosts

  private static let hosts: [Fault] = [
    off("the primary's host powered off") { scene, _ in [scene.primary] },
    off("a standby's host powered off") { scene, _ in [scene.standbys[0]] },
    off("the monitor's host powered off") { scene, _ in [scene.cluster.monitor] },
    off("the monitor's and the primary's host powered off") { scene, _ in
      [scene.cluster.monitor, scene.primary]
    },
    off("all hosts powered off") { scene, dice in scene.all.shuffled(using: &dice) },
    Fault(
      name: "the primary's host frozen",
      strike: { scene, _ in
        try await scene.primary.host.succeed(["pkill", "-STOP", "-u", "postgres"], asRoot: true)
      },
      heal: { scene in
        _ = try? await scene.primary.host.run(["pkill", "-CONT", "-u", "postgres"], asRoot: true)
      }),
    Fault(
      name: "standby.signal removed, and the postmaster killed",
      strike: { scene, _ in
        let host = scene.standbys[0].host
        try await host.succeed(["rm", scene.standbys[0].directory + "/standby.signal"])
        try await host.succeed(["pkill", "-KILL", "-o", "-x", "postgres"], asRoot: true)
      }),
  ]

  private static func off(
    _ name: String, _ nodes: @escaping @Sendable (Scene, inout Dice) -> [Node]
  ) -> Fault {
    Fault(
      name: name,
      strike: { scene, dice in
        for node in nodes(scene, &dice) where node.host.isRunning { try await node.host.powerOff() }
      },
      heal: { scene in
        for node in scene.all where !node.host.isRunning {
          try await node.host.powerOn()
          try await node.startKeeper()
        }
      })
  }

  // MARK: Links

  private static let links: [Fault] = [
    cut("the primary's host cut off") { $0.primary },
    cut("a standby's host cut off") { $0.standbys[0] },
    cut("the monitor's host cut off") { $0.cluster.monitor },
    between("the link between primary and standby cut", { $0.primary }, { $0.standbys[0] }),
    between("the link between primary and monitor cut", { $0.primary }, { $0.cluster.monitor }),
    between("the link between standby and monitor cut", { $0.standbys[0] }, { $0.cluster.monitor }),
    between(
      "nothing reaches the standby from the primary", { $0.primary }, { $0.standbys[0] },
      isOneWay: true),
    between(
      "nothing reaches the primary from the standby", { $0.standbys[0] }, { $0.primary },
      isOneWay: true),
    between(
      "nothing reaches the monitor from the primary", { $0.primary }, { $0.cluster.monitor },
      isOneWay: true),
    filtered(
      "replication's port closed at the primary", at: { $0.primary },
      rules: { scene in scene.standbys.map { "ip saddr \($0.host.address) tcp dport 5432 drop" } }),
    filtered(
      "the monitor cannot probe the primary", at: { $0.primary },
      rules: { scene in ["ip saddr \(scene.cluster.monitor.host.address) tcp dport 5432 drop"] }),
    filtered(
      "a third of the packets to the primary lost", at: { $0.primary },
      rules: { _ in ["numgen random mod 100 < 33 drop"] }),
    Fault(
      name: "the primary's link flaps",
      strike: { scene, dice in
        for _ in 1...dice.int(2...5) {
          try await scene.primary.host.cutLink()
          try await Task.sleep(for: .milliseconds(dice.int(200...1500)))
          try await scene.primary.host.healLink()
          try await Task.sleep(for: .milliseconds(dice.int(200...1500)))
        }
      }),
  ]

  private static func cut(_ name: String, _ node: @escaping @Sendable (Scene) -> Node) -> Fault {
    Fault(
      name: name, strike: { scene, _ in try await node(scene).host.cutLink() },
      heal: { try await node($0).host.healLink() })
  }

  private static func between(
    _ name: String, _ from: @escaping @Sendable (Scene) -> Node,
    _ to: @escaping @Sendable (Scene) -> Node, isOneWay: Bool = false
  ) -> Fault {
    Fault(
      name: name,
      strike: { scene, _ in
        try await from(scene).host.loseTraffic(to: to(scene).host)
        if !isOneWay { try await to(scene).host.loseTraffic(to: from(scene).host) }
      },
      heal: { scene in
        // One that was there twice is taken back once.
        try? await from(scene).host.deliverTraffic(to: to(scene).host)
        if !isOneWay { try? await to(scene).host.deliverTraffic(to: from(scene).host) }
      })
  }

  /// What comes in at a host and matches is dropped.
  private static func filtered(
    _ name: String, at node: @escaping @Sendable (Scene) -> Node,
    rules: @escaping @Sendable (Scene) -> [String]
  ) -> Fault {
    Fault(
      name: name,
      strike: { scene, _ in
        let commands =
          [
            "add table inet chaos",
            "add chain inet chaos in { type filter hook input priority 0; }",
          ]
          + rules(scene).map { "add rule inet chaos in iif eth0 \($0)" }
        try await node(scene).host.succeed(
          ["nft", commands.joined(separator: "; ")], asRoot: true)
      },
      heal: { scene in
        _ = try? await node(scene).host.run(["nft", "delete table inet chaos"], asRoot: true)
      })
  }

  // MARK: Operators

  private static let operators: [Fault] = [
    Fault(
      name: "a switchover",
      strike: { scene, _ in try await scene.cluster.monitor.succeed(["perform", "switchover"]) }
    ),
    Fault(
      name: "a failover on demand",
      strike: { scene, _ in try await scene.cluster.monitor.succeed(["perform", "failover"]) }),
    Fault(
      name: "a standby in maintenance",
      strike: { scene, _ in
        try await scene.standbys[0].succeed(["enable", "maintenance"], limit: .seconds(30))
      },
      heal: { scene in
        _ = try? await scene.standbys[0].autoctl(["disable", "maintenance"], limit: .seconds(30))
      }),
    Fault(
      name: "the service of a standby restarted",
      strike: { scene, _ in
        try await scene.standbys[0].succeed(["restart"], limit: .seconds(60))
      }),
    Fault(
      name: "the service of the primary stopped and started",
      strike: { scene, _ in
        try await scene.primary.succeed(["stop"], limit: .seconds(60))
      },
      heal: { scene in
        // `stop` may come back a moment before the service is gone.
        guard scene.primary.host.isRunning else { return }
        _ = try? await scene.primary.keeper.waitForEnd(within: .seconds(10))
        if scene.primary.keeper.hasEnded { try await scene.primary.startKeeper() }
      }),
  ]
}
