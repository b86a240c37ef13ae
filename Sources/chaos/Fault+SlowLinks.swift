internal import Simulation
internal import TestSupport

/// Links on which packets take their time and wait for one another.
extension Fault {
  static let slowLinks: [Fault] = [
    slow("a slow link between primary and standby") { [($0.primary.host, $0.standbys[0].host)] },
    slow("a slow link between primary and monitor") {
      [($0.primary.host, $0.cluster.monitor.host)]
    },
    slow("a slow link between standby and monitor") {
      [($0.standbys[0].host, $0.cluster.monitor.host)]
    },
    slow("slow links between the monitor and all nodes") { scene in
      scene.nodes.map { (scene.cluster.monitor.host, $0.host) }
    },
    slow("slow links between the primary and all others") { scene in
      (scene.all.map(\.host) + [scene.cluster.app])
        .filter { $0 !== scene.primary.host }.map { (scene.primary.host, $0) }
    },
  ]

  private static func slow(
    _ name: String, _ links: @escaping @Sendable (Scene) -> [(VirtualHost, VirtualHost)]
  ) -> Fault {
    Fault(
      name: name,
      strike: { scene, dice in
        let (milliseconds, bytes) = (dice.int(50...300), dice.pick([20_000, 200_000, 2_000_000]))
        for (one, other) in links(scene) {
          try await one.slowTraffic(to: other, milliseconds: milliseconds, bytesPerSecond: bytes)
          try await other.slowTraffic(to: one, milliseconds: milliseconds, bytesPerSecond: bytes)
        }
      },
      heal: { scene in
        for host in links(scene).flatMap({ [$0, $1] }) { try? await host.stopSlowingTraffic() }
      })
  }
}
