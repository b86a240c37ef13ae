internal import Foundation
internal import TestSupport

/// Something that is no reason to fail over.
struct Disturbance: Sendable {
  /// What it is called on the command line.
  let name: String
  /// What happens, in a few words.
  let means: String
  /// What it needs before the first server is started; most need nothing.
  var prepare: @Sendable (Cluster) async throws -> Void = { _ in }
  /// Goes on until it is cancelled, and leaves everything as it was.
  let disturb: @Sendable (Scene) async throws -> Void

  /// The roles when it begins.
  struct Scene: Sendable {
    let cluster: Cluster
    let primary: Node
    let standby: Node

    var nodes: [Node] { [cluster.monitor, primary, standby] }
  }
}

extension Disturbance {
  /// All of them, in the order of the table.
  static let all: [Disturbance] = [
    Disturbance(name: "cpu", means: "both cores saturated by eight other programs") { scene in
      var busy: [BackgroundProcess] = []
      for number in 1...8 {
        busy.append(
          try await scene.cluster.app.start("busy-\(number)", ["sh", "-c", "while :; do :; done"]))
      }
      await untilCancelled()
      for process in busy { try await shielded { try await process.signal("KILL") } }
    },
    Disturbance(name: "loss", means: "20 % of packets lost between any two hosts") { scene in
      let hosts = scene.nodes.map(\.host) + [scene.cluster.app]
      for host in hosts {
        try await host.succeed(
          [
            "nft",
            "add table inet calm; "
              + "add chain inet calm out { type filter hook output priority 0; }; "
              + "add rule inet calm out oif eth0 numgen random mod 100 < 20 drop",
          ], asRoot: true)
      }
      await untilCancelled()
      try await shielded {
        for host in hosts {
          try await host.succeed(["nft", "delete table inet calm"], asRoot: true)
        }
      }
    },
    Disturbance(name: "freezes", means: "any one process frozen for 2 s, again and again") {
      scene in
      while !Task.isCancelled {
        guard let host = scene.nodes.map(\.host).randomElement(),
          let process = try await host.succeed(["pgrep", "-u", "postgres"]).output.lines
            .randomElement()
        else { continue }
        let means = try await host.run(["ps", "-o", "args=", "-p", process]).text
        FileHandle.standardError.write(
          Data("\(Date.now.ISO8601Format()) \(host.name): \(process) \(means)\n".utf8))
        // It may have ended meanwhile.
        _ = try await host.run(["kill", "-STOP", process])
        try? await Task.sleep(for: .seconds(2))
        try await shielded { _ = try await host.run(["kill", "-CONT", process]) }
        try? await Task.sleep(for: .milliseconds(500))
      }
    },
    Disturbance(name: "monitor", means: "the monitor restarted every 30 s") { scene in
      while !Task.isCancelled {
        try await shielded {
          try await scene.cluster.monitor.succeed(["stop"])
          try await scene.cluster.monitor.startKeeper()
        }
        try? await Task.sleep(for: .seconds(30))
      }
    },
    Disturbance(name: "link", means: "the monitor's link to the primary cut") { scene in
      let monitor = scene.cluster.monitor.host
      try await scene.primary.host.cutLink(to: monitor)
      await untilCancelled()
      try await shielded { try await scene.primary.host.healLink(to: monitor) }
    },
    Disturbance(name: "disk", means: "checkpoints without a pause, and a bulk load") { scene in
      let load = "create table bulk as select n, repeat('x', 200) from generate_series(1, 500000) n"
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
          while !Task.isCancelled {
            try await shielded { try await scene.primary.sql("checkpoint", limit: .seconds(300)) }
          }
        }
        while !Task.isCancelled {
          try await shielded {
            try await scene.primary.sql("\(load); drop table bulk", limit: .seconds(300))
          }
        }
        try await group.waitForAll()
      }
    },
    Disturbance(
      name: "clocks", means: "the clock of a host set an hour forward or back, every 20 s",
      prepare: { cluster in
        for node in [cluster.monitor] + cluster.nodes {
          try await node.host.write("+0", to: DisturbedPrograms.clock)
        }
      },
      disturb: { scene in
        while !Task.isCancelled {
          guard let node = scene.nodes.randomElement(),
            let clock = ["+3600", "-3600", "+0"].randomElement()
          else { continue }
          try await shielded {
            try await node.setClock(clock)
          }
          try? await Task.sleep(for: .seconds(20))
        }
        try await shielded {
          for node in scene.nodes { try await node.host.write("+0", to: DisturbedPrograms.clock) }
        }
      }),
  ]
}

/// Waits for the end of a disturbance.
private func untilCancelled() async {
  while !Task.isCancelled { try? await Task.sleep(for: .seconds(1)) }
}

/// Does something whole although the task is cancelled.
private func shielded(_ work: @escaping @Sendable () async throws -> Void) async throws {
  try await Task { try await work() }.value
}
