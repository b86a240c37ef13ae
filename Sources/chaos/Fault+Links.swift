internal import Simulation
internal import TestSupport

/// Links that are cut, in both directions or in one, for all or for one port, or that lose packets.
extension Fault {
  static let links: [Fault] =
    Role.allCases.map { role in
      Fault(
        name: "\(role.rawValue)'s host cut off",
        strike: { scene, _ in try await scene[role].host.cutLink() },
        heal: { try await $0[role].host.healLink() })
    } + [
      between("the link between primary and standby cut", .primary, .standby),
      between("the link between primary and monitor cut", .primary, .monitor),
      between("the link between standby and monitor cut", .standby, .monitor),
      between("nothing reaches the standby from the primary", .primary, .standby, isOneWay: true),
      between("nothing reaches the primary from the standby", .standby, .primary, isOneWay: true),
      between("nothing reaches the monitor from the primary", .primary, .monitor, isOneWay: true),
      between("nothing reaches the primary from the monitor", .monitor, .primary, isOneWay: true),
      between("nothing reaches the monitor from the standby", .standby, .monitor, isOneWay: true),
      between("nothing reaches the standby from the monitor", .monitor, .standby, isOneWay: true),
      filtered(
        "replication's port closed at the primary", at: .primary,
        rules: { scene in scene.standbys.map { "ip saddr \($0.host.address) tcp dport 5432 drop" } }
      ),
      filtered(
        "the monitor cannot probe the primary", at: .primary,
        rules: { ["ip saddr \($0.cluster.monitor.host.address) tcp dport 5432 drop"] }),
      filtered(
        "the monitor cannot probe a standby", at: .standby,
        rules: { ["ip saddr \($0.cluster.monitor.host.address) tcp dport 5432 drop"] }),
      filtered("the monitor's port closed", at: .monitor, rules: { _ in ["tcp dport 5432 drop"] }),
      filtered(
        "the monitor's port closed to the primary", at: .monitor,
        rules: { ["ip saddr \($0.primary.host.address) tcp dport 5432 drop"] }),
      filtered(
        "the monitor's port refuses", at: .monitor, rules: { _ in ["tcp dport 5432 reject"] }),
    ]
    + Role.allCases.map { role in
      filtered(
        "a third of the packets to \(role.rawValue) lost", at: role,
        rules: { _ in ["numgen random mod 100 < 33 drop"] })
    }
    + Role.allCases.map { role in
      Fault(
        name: "\(role.rawValue)'s link flaps",
        strike: { scene, dice in
          for _ in 1...dice.int(2...5) {
            try await scene[role].host.cutLink()
            try await Task.sleep(for: .milliseconds(dice.int(200...1500)))
            try await scene[role].host.healLink()
            try await Task.sleep(for: .milliseconds(dice.int(200...1500)))
          }
        },
        heal: { try await $0[role].host.healLink() })
    }

  private static func between(
    _ name: String, _ from: Role, _ to: Role, isOneWay: Bool = false
  ) -> Fault {
    Fault(
      name: name,
      strike: { scene, _ in
        try await scene[from].host.loseTraffic(to: scene[to].host)
        if !isOneWay { try await scene[to].host.loseTraffic(to: scene[from].host) }
      },
      heal: { scene in
        // One that was there twice is taken back once.
        try? await scene[from].host.deliverTraffic(to: scene[to].host)
        if !isOneWay { try? await scene[to].host.deliverTraffic(to: scene[from].host) }
      })
  }

  /// What comes in at a host and matches is dropped.
  private static func filtered(
    _ name: String, at role: Role, rules: @escaping @Sendable (Scene) -> [String]
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
        try await scene[role].host.succeed(
          ["nft", commands.joined(separator: "; ")], asRoot: true)
      },
      heal: { scene in
        _ = try? await scene[role].host.run(["nft", "delete table inet chaos"], asRoot: true)
      })
  }
}
