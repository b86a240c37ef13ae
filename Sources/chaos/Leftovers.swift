internal import Foundation
internal import TestSupport

/// What a group leaves lying about: slots, settings, processes.
struct Leftovers {
  /// Each host's replication slots.
  private let slots: [String: [String]]
  /// How many services and servers each host runs.
  private let programs: [String: [String]]

  init(_ cluster: Cluster) async throws {
    var (slots, programs): ([String: [String]], [String: [String]]) = ([:], [:])
    for node in cluster.nodes {
      slots[node.host.name] = try await node.sql(
        "select slot_name from pg_replication_slots order by 1"
      ).lines.map { String($0) }
    }
    for node in [cluster.monitor] + cluster.nodes {
      // A server's processes say what they do in place of their command line, but for the postmaster.
      programs[node.host.name] = [
        try await node.host.run(["pgrep", "-c", "-x", "pg_autoctl"], asRoot: true).text,
        try await node.host.run(["pgrep", "-c", "-f", "bin/postgres "], asRoot: true).text,
      ]
    }
    self.slots = slots
    self.programs = programs
  }

  /// What is there now and was not, or was there and is not.
  func problems(since before: Leftovers) -> [String] {
    slots.keys.sorted().filter { slots[$0] != before.slots[$0] }.map { name in
      "\(name) has the slots \(slots[name] ?? []) and had \(before.slots[name] ?? [])"
    }
      + programs.keys.sorted().filter { programs[$0] != before.programs[$0] }.map { name in
        "\(name) runs so many services and servers: \(programs[name] ?? []), and ran \(before.programs[name] ?? [])"
      }
  }
}
