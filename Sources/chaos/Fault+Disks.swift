internal import Simulation
internal import TestSupport

/// Disks that are full, slow, or fail.
extension Fault {
  static let disks: [Fault] =
    [
      full("the primary's disk full") { [$0.primary] },
      full("a standby's disk full") { [$0.standbys[0]] },
      full("the monitor's disk full") { [$0.cluster.monitor] },
      full("all standbys' disks full") { $0.standbys },
      full("all disks full") { $0.all },
      bad("the primary's disk of WAL full", .primary, "wal-full", writesMoreWAL: true),
      bad("a standby's disk of WAL full", .standby, "wal-full", writesMoreWAL: true),
    ]
    + Role.allCases.flatMap { role in
      [
        bad("\(role.rawValue)'s disk slow", role, "slow") { "\($0.int(20...1_000))" },
        bad("\(role.rawValue)'s disk hangs", role, "hangs"),
        bad("\(role.rawValue)'s disk fails to sync", role, "sync-fails"),
        bad("\(role.rawValue)'s disk fails to write", role, "write-fails"),
      ]
    }

  /// The disk that holds the data, the WAL and the service's own files.
  private static func full(
    _ name: String, _ nodes: @escaping @Sendable (Scene) -> [Node]
  ) -> Fault {
    Fault(
      name: name,
      strike: { scene, _ in
        for node in nodes(scene) { try await node.host.fillDisk(at: node.host.home) }
        await writeMoreWAL(scene)
      },
      heal: { scene in
        for node in nodes(scene) { try await node.host.freeDisk(at: node.host.home) }
      })
  }

  /// Something is wrong with what a host's server writes, as `bad_disk.c` does it.
  private static func bad(
    _ name: String, _ role: Role, _ trouble: String, writesMoreWAL: Bool = false,
    _ text: @escaping @Sendable (inout Dice) -> String = { _ in "" }
  ) -> Fault {
    Fault(
      name: name,
      strike: { scene, dice in
        let host = scene[role].host
        try await host.succeed(["mkdir", "-p", DisturbedPrograms.badDisk])
        try await host.write(text(&dice), to: "\(DisturbedPrograms.badDisk)/\(trouble)")
        if writesMoreWAL { await writeMoreWAL(scene) }
      },
      heal: { scene in
        // Also while the host is off: its /tmp lies in its folder.
        try await Command.succeed(
          ["rm", "-rf", scene[role].host.folder + DisturbedPrograms.badDisk])
      })
  }

  /// The server needs further files of WAL soon, rather than in some minutes.
  private static func writeMoreWAL(_ scene: Scene) async {
    for _ in 1...6 {
      _ = try? await scene.primary.sql("select pg_switch_wal()", limit: .seconds(2))
      try? await Task.sleep(for: .milliseconds(200))
    }
  }
}
