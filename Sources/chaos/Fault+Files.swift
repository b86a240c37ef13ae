internal import Simulation
internal import TestSupport

/// Files that are lost or damaged before something is started again.
extension Fault {
  static let files: [Fault] =
    [
      Fault(
        name: "standby.signal removed, and the postmaster killed",
        strike: { scene, _ in
          let host = scene.standbys[0].host
          try await host.succeed(["rm", scene.standbys[0].directory + "/standby.signal"])
          try await host.succeed(["pkill", "-KILL", "-o", "-x", "postgres"], asRoot: true)
        }),
      Fault(
        name: "a standby's state file removed under its keeper",
        strike: { scene, _ in
          let file = scene.standbys[0].stateFile
          try await scene.standbys[0].host.succeed(["cp", "-p", file, file + ".kept"])
          try await scene.standbys[0].host.succeed(["rm", file])
        },
        // A keeper that was killed before it wrote the file again needs a person, see below.
        heal: { try await putBack($0.standbys[0].stateFile, of: $0.standbys[0], unless: "-e") }),
      segment("a standby's WAL segment removed while it was stopped") { "rm '\($0)'" },
      segment("all of a standby's WAL removed while it was stopped") {
        "find $(dirname '\($0)') -type f -delete"
      },
      segment("a standby's WAL segment damaged while it was stopped") {
        "dd if=/dev/urandom of='\($0)' bs=64k count=256 conv=notrunc"
      },
      staleLock("the postmaster.pid of another boot at the primary", .primary),
      staleLock("the postmaster.pid of another boot at a standby", .standby),
      staleLock("the postmaster.pid of another boot at the monitor", .monitor),
    ]
    + [Role.primary, .standby].map { role in
      damaged("\(role.rawValue)'s state file damaged, and its keeper killed", role, \.stateFile)
    }
    + Role.allCases.map { role in
      damaged(
        "\(role.rawValue)'s configuration damaged, and its service killed", role,
        \.configurationFile)
    }

  /// A service whose own files are lost or damaged refuses to start rather than guess: what a node
  /// has promised stands in its state file, and where its monitor is in its configuration. So it is
  /// a person who puts the file back.
  private static func damaged(
    _ name: String, _ role: Role, _ path: @escaping @Sendable (Node) -> String
  ) -> Fault {
    Fault(
      name: name,
      strike: { scene, dice in
        let (node, file) = (scene[role], path(scene[role]))
        let damage = dice.pick([
          #"rm "$0""#, #"truncate -s 20 "$0""#, #": >"$0""#, #"head -c 300 /dev/urandom >"$0""#,
        ])
        // The copy is as new as the file: nobody writes between the two.
        try await node.keeper.signal("KILL")
        try await node.keeper.waitForEnd(within: .seconds(10))
        try await node.host.succeed(["cp", "-p", file, file + ".kept"])
        try await node.host.succeed(["sh", "-c", damage, file])
        try await node.startKeeper()
        let status = try await node.keeper.waitForEnd(within: .seconds(30))
        guard status != 0 else { throw Hopeless("The service ended well: \(node.keeper.log)") }
      },
      heal: { scene in
        let node = scene[role]
        try await putBack(path(node), of: node)
        // What an operator has done meanwhile waits for it.
        if node.host.isRunning, node.keeper.hasEnded { try await node.startKeeper() }
      })
  }

  /// Puts a kept file back, unless a test of the file itself holds.
  private static func putBack(
    _ file: String, of node: Node, unless test: String = "! -n"
  ) async throws {
    // From outside, since the host may be off.
    try await Command.succeed(
      [
        "sh", "-c",
        #"""
        [ -e "$0.kept" ] || exit 0
        if [ $1 "$0" ]; then rm "$0.kept"; else mv "$0.kept" "$0"; fi
        """#,
        file, test,
      ])
  }

  /// A standby that has lost what it had confirmed: only its primary has it still, so nothing else
  /// happens meanwhile.
  private static func segment(
    _ name: String, _ damage: @escaping @Sendable (String) -> String
  ) -> Fault {
    Fault(
      name: name, isAlone: true,
      strike: { scene, _ in
        let standby = scene.standbys[0]
        let segment = try await scene.primary.sql("select pg_walfile_name(pg_current_wal_lsn())")
        try await standby.succeed(["stop"], limit: .seconds(60))
        try await standby.keeper.waitForEnd(within: .seconds(10))
        try await standby.host.succeed(
          ["sh", "-c", damage("\(standby.directory)/pg_wal/\(segment)")])
        try await standby.startKeeper()
      })
  }

  /// The host comes back, and the number of its old postmaster belongs to another program of the
  /// same user by now.
  private static func staleLock(_ name: String, _ role: Role) -> Fault {
    Fault(
      name: name,
      strike: { scene, _ in
        let node = scene[role]
        try await node.host.powerOff()
        try await node.host.powerOn()
        let other = try await node.host.start("another", ["sleep", "600"])
        try await node.host.succeed(
          ["sed", "-i", "1s/.*/\(other.pid)/", node.directory + "/postmaster.pid"])
        try await node.startKeeper()
      },
      heal: { scene in
        for node in scene.all where !node.host.isRunning {
          try await node.host.powerOn()
          try await node.startKeeper()
        }
      })
  }
}
