import TestSupport
import Testing

/// The client that writes all along, against a plain server: what it records is what is there.
@Test(.timeLimit(.minutes(2)))
func theWriterRecordsWhatTheServerHolds() async throws {
  let cluster = try await Cluster()
  do {
    let node = cluster.a
    let programs = Paths.postgresPrograms
    try await node.host.succeed(["\(programs)/initdb", "-D", node.pgdata, "-A", "trust"])
    let start = ["\(programs)/pg_ctl", "-D", node.pgdata, "-l", "server.log", "-w"]
    try await node.host.succeed(start + ["-o", "-c listen_addresses=*", "start"])
    try await node.admitApplications(from: cluster.network.range)
    let uri = "postgres://\(node.host.name)/postgres?target_session_attrs=read-write"
    let writers = try await Writers.start(on: [cluster.app], uri: uri, run: 1)
    try await writers.more(100)
    try await node.host.succeed(["kill", "-KILL", "\(try node.postmaster)"])
    try await node.host.succeed(start + ["-o", "-c listen_addresses=*", "start"])
    try await writers.more(100)
    let history = try await writers.stop()
    #expect(history.acknowledgements.count >= 200)
    #expect(history.overlaps.isEmpty)
    let rows = try await Writers.rows(on: node, run: 1)
    #expect(history.problems(withRows: rows).isEmpty)
    #expect(history.problems(withRows: Array(rows.dropFirst(50))).count == 1)
    print("LONGEST GAP of a plain server's restart: \(history.longestGap)")
  } catch {
    print(await cluster.report())
    try await cluster.remove()
    throw error
  }
  try await cluster.remove()
}
