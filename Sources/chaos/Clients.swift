internal import ChaosHistory
internal import Foundation
internal import LineFile
internal import TestSupport

/// The clients of a run: sessions that know the formation's address alone, and one at each server.
struct Clients {
  private let processes: [BackgroundProcess]
  private let files: [String]

  static func start(on cluster: Cluster) async throws -> Clients {
    guard FileManager.default.isExecutableFile(atPath: Paths.chaosClient) else {
      throw NotBuilt(program: Paths.chaosClient)
    }
    try cluster.network.install(program: "chaos-client", from: Paths.chaosClient)
    let uri = try await cluster.formationURI()
    try await cluster.app.succeed(
      [
        "psql", "-XAtq", "-d", uri, "-c",
        """
        create table chaos_row (id bigint primary key); create table chaos_probe (id bigint);
        create table chaos_account (id int primary key, balance bigint not null);
        insert into chaos_account select id, \(Checker.total / 10) from generate_series(1, 10) id;
        """,
      ])
    var commands = [["write", uri, "write.jsonl", "1", "6"]]
    for (index, node) in cluster.nodes.enumerated() {
      commands.append(
        [
          "probe", "host=\(node.host.name) dbname=postgres", "probe-\(index).jsonl",
          "\(101 + index)",
        ])
    }
    var processes: [BackgroundProcess] = []
    var files: [String] = []
    for (number, command) in commands.enumerated() {
      var words = command
      words[2] = "\(cluster.app.logs)/\(command[2])"
      files.append(words[2])
      processes.append(try await cluster.app.start("client-\(number)", ["chaos-client"] + words))
    }
    let clients = Clients(processes: processes, files: files)
    try await clients.acknowledgeMore()
    return clients
  }

  /// Waits until the sessions append again.
  func acknowledgeMore() async throws {
    let before = try size(of: files[0])
    try await eventually("clients to go on", within: .seconds(60)) {
      guard try size(of: files[0]) > before + 5_000 else { throw NotYet("they stand still") }
    }
  }

  private func size(of path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
  }

  /// Ends them and adds what there is in the end: all operations, which are kept in a file where one is wanted.
  func stop(_ cluster: Cluster, keepingAs file: String?) async throws -> [HistoryEntry] {
    for process in processes where !process.hasEnded { try await process.signal("TERM") }
    for process in processes where !process.hasEnded { try await process.waitForEnd() }
    var history = try files.flatMap { try LineFile.read($0, of: HistoryEntry.self) }
    let rows = try await eventually("the rows to be read", within: .seconds(60)) {
      // A host that is off must not hold up the others.
      try await cluster.app.succeed(
        [
          "psql", "-XAtq", "-d", try await cluster.formationURI(), "-c", "select id from chaos_row",
        ],
        environment: ["PGCONNECT_TIMEOUT": "3"], limit: .seconds(20))
    }
    history.append(
      HistoryEntry(
        process: -1, type: .ok, f: .rows, value: rows.output.lines.compactMap { Int64($0) },
        time: Moment.now.nanoseconds))
    if let file {
      let lines = try history.sorted { $0.time < $1.time }.map(LineFile.line)
      try Data(lines.joined()).write(to: URL(fileURLWithPath: file))
    }
    return history
  }
}
