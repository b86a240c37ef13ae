import TestSupport
import Testing

/// A primary and two standbys on real servers, while clients write. All tests share one cluster, one
/// after the other; each finds a primary with two standbys and leaves such a group behind.
@Suite(.serialized, .cluster(.threeNodes))
struct ThreeNodesTests {}

extension Cluster {
  /// The group when all is well and all settings are those of a new one: every priority 50, everybody
  /// in the quorum, and so many standbys that confirm each commit.
  func usualGroup(confirming number: Int = 0) async throws -> (primary: Node, standbys: [Node]) {
    _ = try await readyGroup()
    for row in try await state() {
      if row.candidatePriority != 50 { try await set(priority: 50, of: row.name) }
      if !row.replicationQuorum { try await set(quorum: true, of: row.name) }
    }
    let words = ["formation", "number-sync-standbys"]
    if try await monitor.succeed(["get"] + words).text != "\(number)" {
      try await monitor.succeed(["set"] + words + ["\(number)"])
    }
    return try await readyGroup()
  }

  func set(priority: Int, of node: Node) async throws {
    try await set(priority: priority, of: try await status(of: node).name)
  }

  func set(quorum takesPart: Bool, of node: Node) async throws {
    try await set(quorum: takesPart, of: try await status(of: node).name)
  }

  private func set(priority: Int, of name: String) async throws {
    try await monitor.succeed(["set", "node", "candidate-priority", "\(priority)", "--name", name])
  }

  private func set(quorum takesPart: Bool, of name: String) async throws {
    try await monitor.succeed(
      ["set", "node", "replication-quorum", "\(takesPart)", "--name", name])
  }
}

/// A standby as it was at some moment, to tell later how it came to follow another primary.
struct Bystander {
  let node: Node
  private let directory: String
  private let logged: Int

  init(_ node: Node) async throws {
    self.node = node
    directory = try await node.identityOfDirectory
    logged = node.keeper.log.count
  }

  /// It must have followed from where it was: neither a new copy nor a rewind.
  func expectNoCopyAndNoRewind(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    #expect(try await node.identityOfDirectory == directory, sourceLocation: sourceLocation)
    let log = node.keeper.log.dropFirst(logged)
    for word in ["pg_basebackup", "pg_rewind"] {
      #expect(!log.contains(word), sourceLocation: sourceLocation)
    }
  }
}
