internal import Foundation
internal import LineFile
internal import PostgresClient

/// Inserts one row after the other, each with a number that is never used again, whatever became of
/// the attempt. What failed or timed out counts as unknown and is not recorded.
struct WritingSession: Sendable {
  let target: ConnectionString
  let table: String
  let file: LineFile
  let first: Int64

  private static let connectTimeout = Duration.seconds(2)
  private static let writeTimeout = Duration.seconds(2)
  private static let pause = Duration.milliseconds(20)

  /// Writes until the process is ended, and connects anew whenever a connection is of no use.
  func writeForEver() async {
    var next = first
    while !Task.isCancelled {
      do {
        let connection = try await Connection.open(target, timeout: Self.connectTimeout)
        defer { Task { await connection.close() } }
        while true {
          next += 1
          try await write(next, over: connection)
          try await Task.sleep(for: Self.pause)
        }
      } catch {
        FileHandle.standardError.write(Data("row \(next): \(error)\n".utf8))
        try? await Task.sleep(for: Self.pause)
      }
    }
  }

  private func write(_ id: Int64, over connection: Connection) async throws {
    let sent = steadyNanoseconds()
    let rows = try await connection.query(
      """
      insert into \(table) values ($1)
      returning coalesce(host(inet_server_addr()), 'local') as server,
        ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int as timeline
      """, ["\(id)"], timeout: Self.writeTimeout)
    guard let row = rows.first else { return }
    try file.append(
      Record(
        id: id, sent: sent, acknowledged: steadyNanoseconds(), server: row.text("server"),
        timeline: Int(row.integer("timeline"))))
  }
}
