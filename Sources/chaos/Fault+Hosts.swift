internal import Simulation
internal import TestSupport

/// Hosts that lose their power, or stand still.
extension Fault {
  static let hosts: [Fault] =
    [
      off("the primary's host powered off") { scene, _ in [scene.primary] },
      off("a standby's host powered off") { scene, _ in [scene.standbys[0]] },
      off("the monitor's host powered off") { scene, _ in [scene.cluster.monitor] },
      off("the monitor's and the primary's host powered off") { scene, _ in
        [scene.cluster.monitor, scene.primary]
      },
      off("the monitor's and a standby's host powered off") { scene, _ in
        [scene.cluster.monitor, scene.standbys[0]]
      },
      off("all standbys' hosts powered off") { scene, _ in scene.standbys },
      off("all hosts powered off") { scene, dice in scene.all.shuffled(using: &dice) },
      Fault(
        name: "all hosts powered off, and on in a drawn order",
        strike: { scene, dice in
          for node in scene.all where node.host.isRunning { try await node.host.powerOff() }
          for node in scene.all.shuffled(using: &dice) {
            try await pause(upTo: 4_000, &dice)
            try await powerOn(node)
          }
        },
        heal: powerOnAll),
      Fault(
        name: "each host powered off and on, one after the other",
        strike: { scene, dice in
          for node in scene.all.shuffled(using: &dice) {
            guard node.host.isRunning else { continue }
            try await node.host.powerOff()
            try await pause(upTo: 3_000, &dice)
            try await powerOn(node)
            try await pause(upTo: 3_000, &dice)
          }
        },
        heal: powerOnAll),
    ]
    + Role.allCases.map { role in
      Fault(
        name: "\(role.rawValue)'s host frozen",
        strike: { scene, _ in
          try await scene[role].host.succeed(["pkill", "-STOP", "-u", "postgres"], asRoot: true)
        },
        heal: { scene in
          _ = try? await scene[role].host.run(["pkill", "-CONT", "-u", "postgres"], asRoot: true)
        })
    }

  private static func off(
    _ name: String, _ nodes: @escaping @Sendable (Scene, inout Dice) -> [Node]
  ) -> Fault {
    Fault(
      name: name,
      strike: { scene, dice in
        for node in nodes(scene, &dice) where node.host.isRunning { try await node.host.powerOff() }
      },
      heal: powerOnAll)
  }

  private static let powerOnAll: @Sendable (Scene) async throws -> Void = { scene in
    for node in scene.all { try await powerOn(node) }
  }

  private static func powerOn(_ node: Node) async throws {
    guard !node.host.isRunning else { return }
    try await node.host.powerOn()
    try await node.startKeeper()
  }
}

/// Lets a drawn part of so many milliseconds pass.
func pause(upTo milliseconds: Int, _ dice: inout Dice) async throws {
  try await Task.sleep(for: .milliseconds(dice.int(0...milliseconds)))
}
