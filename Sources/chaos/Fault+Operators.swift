internal import Simulation
internal import TestSupport

/// What operators do.
extension Fault {
  static let operators: [Fault] =
    [
      Fault(
        name: "a switchover",
        strike: { scene, _ in try await scene.cluster.monitor.succeed(["perform", "switchover"]) }
      ),
      Fault(
        name: "a failover on demand",
        strike: { scene, _ in try await scene.cluster.monitor.succeed(["perform", "failover"]) }),
      Fault(
        name: "a certain standby promoted",
        strike: { scene, _ in
          let name = try await scene.name(of: scene.standbys[0])
          try await scene.cluster.monitor.succeed(["perform", "promotion", "--name", name])
        }),
      Fault(
        name: "a base backup is made meanwhile",
        strike: { scene, _ in
          let host = scene.standbys[0].host
          _ = try await host.start(
            "backup",
            ["\(Paths.postgresPrograms)/pg_basebackup", "--pgdata", backup, "--max-rate", "8M"]
              + ["--checkpoint", "fast", "--host", scene.primary.host.name]
              + ["--username", "pgautofailover_replicator"])
        },
        heal: { scene in
          let host = scene.standbys[0].host
          _ = try? await host.run(["pkill", "-KILL", "-f", backup], asRoot: true)
          try await Command.succeed(["rm", "-rf", host.folder + backup])
        }),
    ] + services + settings

  private static let backup = "/tmp/a-backup"

  // MARK: Services

  private static let services: [Fault] = [
    Fault(
      name: "the service of a standby restarted",
      strike: { scene, _ in
        try await scene.standbys[0].succeed(["restart"], limit: .seconds(60))
      }),
    Fault(
      name: "pg_autoctl replaced, and one service after the other restarted",
      strike: { scene, dice in
        try await replaceProgram(scene)
        for node in scene.all.shuffled(using: &dice) {
          try await node.succeed(["restart"], limit: .seconds(60))
          try await pause(upTo: 1_000, &dice)
        }
      }),
    Fault(
      name: "pg_autoctl replaced, and the primary's service restarted",
      strike: { scene, _ in
        try await replaceProgram(scene)
        try await scene.primary.succeed(["restart"], limit: .seconds(60))
      }),
    Fault(
      name: "all services reloaded",
      strike: { scene, dice in
        for node in scene.all.shuffled(using: &dice) {
          try await node.succeed(["reload"], limit: .seconds(30))
        }
      }),
    Fault(
      name: "the primary's server restarted behind its keeper",
      strike: { scene, _ in
        let words = ["-D", scene.primary.directory, "-m", "fast", "-W"]
        try await scene.primary.host.succeed([Paths.pgctl, "restart"] + words)
      }),
    Fault(
      name: "a standby's server stopped behind its keeper",
      strike: { scene, _ in
        let words = ["-D", scene.standbys[0].directory, "-m", "immediate"]
        try await scene.standbys[0].host.succeed([Paths.pgctl, "stop"] + words)
      }),
    stopped("the service of the primary stopped and started", .primary, []),
    stopped("the service of the primary stopped fast and started", .primary, ["--fast"]),
    stopped("the service of the primary stopped at once and started", .primary, ["--immediate"]),
    stopped("the service of a standby stopped and started", .standby, []),
    stopped("the service of the monitor stopped and started", .monitor, []),
  ]

  /// As a package manager does it: the new file takes the place of the old one, which goes on
  /// running.
  private static func replaceProgram(_ scene: Scene) async throws {
    try await scene.primary.host.succeed(
      [
        "sh", "-c", #"old=$(command -v pg_autoctl); cp -p "$old" "$old.new"; mv "$old.new" "$old""#,
      ],
      asRoot: true)
  }

  private static func stopped(_ name: String, _ role: Role, _ words: [String]) -> Fault {
    Fault(
      name: name,
      strike: { scene, _ in
        try await scene[role].succeed(["stop"] + words, limit: .seconds(60))
      },
      heal: { scene in
        // `stop` may come back a moment before the service is gone.
        let node = scene[role]
        guard node.host.isRunning else { return }
        _ = try? await node.keeper.waitForEnd(within: .seconds(10))
        if node.keeper.hasEnded { try await node.startKeeper() }
      })
  }

  // MARK: Settings and membership

  private static let settings: [Fault] =
    [
      maintenance("a standby in maintenance", .standby, []),
      maintenance("the primary in maintenance", .primary, ["--allow-failover"]),
      changed("a standby may not take over", .standby, ["candidate-priority"], "0", "50"),
      changed("the primary may not take over again", .primary, ["candidate-priority"], "0", "50"),
      changed("a standby is preferred", .standby, ["candidate-priority"], "90", "50"),
      // Where there is no other standby, commits wait for nobody meanwhile: a failover may lose
      // them.
      changed(
        "a standby leaves the quorum", .standby, ["replication-quorum"], "false", "true",
        isAlone: true),
      Fault(
        name: "another number of standbys must confirm", isHealedLast: true,
        strike: { scene, dice in
          try await scene.cluster.monitor.succeed(
            ["set", "formation", "number-sync-standbys", "\(dice.pick([0, 1, 2]))"],
            limit: .seconds(60))
        },
        heal: { scene in
          // As it was by itself: one for a group of three and more.
          let usual = scene.standbys.count > 1 ? "1" : "0"
          try await untilDone(
            by: scene.cluster.monitor, ["set", "formation", "number-sync-standbys", usual])
        }),
      Fault(
        name: "a standby dropped and created anew", isAlone: true,
        strike: { scene, _ in
          let standby = scene.standbys[0]
          try await standby.succeed(["drop", "node", "--destroy"], limit: .seconds(90))
          _ = try await standby.keeper.waitForEnd(within: .seconds(30))
        },
        heal: { scene in
          let standby = scene.standbys[0]
          guard standby.keeper.hasEnded else { return }
          try await scene.cluster.create(standby)
          try await standby.startKeeper()
        }),
    ]

  private static func maintenance(_ name: String, _ role: Role, _ words: [String]) -> Fault {
    Fault(
      name: name, isHealedLast: true,
      strike: { scene, _ in
        try await scene[role].succeed(["enable", "maintenance"] + words, limit: .seconds(60))
      },
      heal: { try await untilDone(by: $0[role], ["disable", "maintenance"]) })
  }

  /// A setting of a node is another one for a while.
  private static func changed(
    _ name: String, _ role: Role, _ setting: [String], _ value: String, _ usual: String,
    isAlone: Bool = false
  ) -> Fault {
    Fault(
      name: name, isAlone: isAlone, isHealedLast: true,
      strike: { scene, _ in
        let node = try await scene.name(of: scene[role])
        try await scene.cluster.monitor.succeed(
          ["set", "node"] + setting + [value, "--name", node], limit: .seconds(60))
      },
      heal: { scene in
        // The node knows itself, which the monitor may not do by name for a moment.
        try await untilDone(by: scene[role], ["set", "node"] + setting + [usual])
      })
  }

  /// Gives a command as often as a person would who wants it done.
  private static func untilDone(by node: Node, _ words: [String]) async throws {
    try await eventually(words.joined(separator: " "), within: .seconds(60), every: .seconds(1)) {
      try await node.succeed(words + ["--wait", "30"], limit: .seconds(40))
    }
  }
}
