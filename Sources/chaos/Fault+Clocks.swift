internal import Foundation
internal import Simulation
internal import TestSupport

/// Clocks that somebody sets.
extension Fault {
  static let clocks: [Fault] =
    Role.allCases.map { role in
      Fault(
        name: "\(role.rawValue)'s clock set",
        strike: { scene, dice in
          try await scene[role].setClock(dice.pick(["+3600", "-3600", "+300", "-300"]))
        },
        heal: { try setBack($0[role]) })
    } + [
      Fault(
        name: "all clocks set differently",
        strike: { scene, dice in
          for (number, node) in scene.all.shuffled(using: &dice).enumerated() {
            try await node.setClock(number.isMultiple(of: 2) ? "+3600" : "-3600")
          }
        },
        heal: { for node in $0.all { try setBack(node) } })
    ]

  /// Also while the host is off: its /tmp lies in its folder.
  private static func setBack(_ node: Node) throws {
    try "+0\n".write(
      toFile: node.host.folder + DisturbedPrograms.clock, atomically: false, encoding: .utf8)
  }
}
