internal import Foundation
internal import TestSupport

/// What a group leaves lying about: slots, settings, processes, connections, files.
struct Leftovers {
  /// So much of the log a server keeps by its settings, in megabytes.
  static let maximalWAL = 128

  /// What a host has, by what it is; each must be again what it was.
  private var same: [String: [String: [String]]] = [:]
  /// What a host has so much of; it must not be more than what it was, and something on top.
  private var bounded: [String: [String: Int]] = [:]

  /// How much more there may be than there was.
  private static let growth = [
    "connections": 10,
    "open files of the service": 15,
    "megabytes of WAL": 2 * maximalWAL,
    "kilobytes of the service's files": 64,
    "megabytes of logs": 32,
  ]

  /// Looks for a while, since what has just ended may be on its way out still.
  static func problems(of cluster: Cluster, since before: Leftovers) async throws -> [String] {
    var problems: [String] = []
    _ = try? await eventually("nothing to be left", within: .seconds(30), every: .seconds(2)) {
      problems = try await Leftovers(of: cluster).problems(since: before)
      if let first = problems.first { throw NotYet(first) }
    }
    return problems
  }

  init(of cluster: Cluster) async throws {
    let state = try await cluster.state()
    for node in [cluster.monitor] + cluster.nodes {
      let name = node.host.name
      same[name] = [
        "runs so many services and servers": try await Self.programs(on: node.host),
        "runs": try await Self.otherPrograms(on: node.host),
        "has the settings": try await Self.settings(of: node),
        "has the files": try await Self.files(of: node),
      ]
      bounded[name] = try await Self.amounts(of: node)
    }
    for node in cluster.nodes {
      // A node that was created anew has another number, so what there should be follows from the
      // monitor.
      let expected = state.filter { $0.host != node.host.name }
        .map { "pgautofailover_standby_\($0.nodeID)" }
      let slots = try await node.sql("select slot_name from pg_replication_slots").lines
      same[node.host.name]?["has the slots"] = Set(slots).symmetricDifference(expected).sorted()
    }
  }

  /// What is there now and was not, or was there and is not.
  private func problems(since before: Leftovers) -> [String] {
    var problems: [String] = []
    for (host, kinds) in same.sorted(by: { $0.key < $1.key }) {
      for (kind, now) in kinds.sorted(by: { $0.key < $1.key }) {
        let then = before.same[host]?[kind] ?? []
        guard now != then else { continue }
        let (more, less) = (now.filter { !then.contains($0) }, then.filter { !now.contains($0) })
        problems.append("\(host) \(kind) \(more), and not any more \(less)")
      }
    }
    for (host, kinds) in bounded.sorted(by: { $0.key < $1.key }) {
      for (kind, now) in kinds.sorted(by: { $0.key < $1.key }) {
        let then = before.bounded[host]?[kind] ?? 0
        guard now > then + (Self.growth[kind] ?? 0) else { continue }
        problems.append("\(host) has \(now) \(kind), and had \(then)")
      }
    }
    return problems
  }

  // MARK: Looking

  /// How many services and servers there are. A server's processes say what they do in place of
  /// their command line, but for the postmaster.
  private static func programs(on host: VirtualHost) async throws -> [String] {
    let services = try await host.run(["pgrep", "-c", "-x", "pg_autoctl"], asRoot: true).text
    let servers = try await host.run(["pgrep", "-c", "-f", "bin/postgres "], asRoot: true).text
    return ["\(services) services", "\(servers) servers"]
  }

  /// Programs that are neither: what a service has started and did not end.
  private static func otherPrograms(on host: VirtualHost) async throws -> [String] {
    try await host.run(["ps", "-u", "postgres", "-o", "comm="], asRoot: true).output.lines
      .filter { !["postgres", "pg_autoctl", "ps", "background", "sleep"].contains($0) }.sorted()
  }

  /// Settings that do not follow from the node's role, and where they stand.
  private static func settings(of node: Node) async throws -> [String] {
    try await node.sql(
      """
      select name, setting, regexp_replace(sourcefile, '.*/', '') from pg_file_settings
      where name not in ('primary_conninfo', 'primary_slot_name', 'synchronous_standby_names',
        'recovery_target_timeline') order by 1, 2, 3
      """
    ).lines
  }

  /// The entries of the home and of the data directory, but for those that come and go with a
  /// server's role.
  private static func files(of node: Node) async throws -> [String] {
    let passing = [
      "standby.signal", "backup_label.old", "backup_manifest", "tablespace_map.old",
      "startup.log.1",
      "postmaster.opts", "postmaster.pid", "current_logfiles",
    ]
    return try await node.host.succeed(["ls", "-1A", node.host.home, node.directory]).output.lines
      .filter { !passing.contains($0) }
  }

  private static func amounts(of node: Node) async throws -> [String: Int] {
    func size(_ option: String, _ path: String) async throws -> Int {
      let text = try await node.host.run(["du", "-s", option, path], asRoot: true).text
      return Int(text.prefix { $0.isNumber }) ?? 0
    }
    let openFiles = try await node.host.succeed(
      ["sh", "-c", "ls /proc/$(pgrep -o -x pg_autoctl)/fd | wc -l"], asRoot: true)
    let sessions = "select count(*) from pg_stat_activity where backend_type = 'client backend'"
    return [
      "connections": Int(try await node.sql(sessions)) ?? 0,
      "open files of the service": Int(openFiles.text) ?? 0,
      "megabytes of WAL": try await size("-m", node.directory + "/pg_wal"),
      "kilobytes of the service's files": try await size("-k", node.host.home + "/.local"),
      "megabytes of logs": try await size("-m", node.host.logs)
        + size("-m", node.directory + "/startup.log"),
    ]
  }
}
