internal import ChaosHistory
internal import PostgresClient

/// Which server answers, and on which timeline it writes; 0 when it does not.
private let place = """
  coalesce(host(inet_server_addr()), 'local') AS server,
  CASE WHEN pg_is_in_recovery() THEN 0
       ELSE ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int END AS timeline
  """

/// What clients of the formation do.
struct Writing: Work {
  private var count: Int64 = 0
  /// The row that was appended last and acknowledged.
  private var own: Int64?

  init() {}

  mutating func turn(of session: Session, over connection: Connection) async throws {
    count += 1
    switch Int.random(in: 1...10) {
    case 1:
      let accounts = (1...10).shuffled().prefix(2).map(Int64.init)
      try await session.perform(
        .transfer, accounts + [Int64.random(in: 1...5)],
        """
        WITH taken AS (UPDATE chaos_account SET balance = balance - $3 WHERE id = $1 RETURNING 1)
        UPDATE chaos_account SET balance = balance + $3 WHERE id = $2 AND EXISTS (SELECT FROM taken)
        RETURNING \(place)
        """, over: connection)
    case 2:
      try await session.perform(
        .total, [], "SELECT sum(balance)::bigint AS sum, \(place) FROM chaos_account",
        over: connection
      ) { [try $0.integer("sum")] }
    case 3:
      guard let own else { return }
      try await session.perform(
        .own, [own], "SELECT count(*) AS number, \(place) FROM chaos_row WHERE id = $1",
        over: connection
      ) { [own, try $0.integer("number")] }
    default:
      let id = Int64(session.process) * 1_000_000_000 + count
      try await session.perform(
        .append, [id], "INSERT INTO chaos_row VALUES ($1) RETURNING \(place)", over: connection)
      own = id
    }
  }
}

/// What is asked of each server directly.
struct Probing: Work {
  private var count: Int64 = 0

  init() {}

  mutating func turn(of session: Session, over connection: Connection) async throws {
    try await session.perform(
      .total, [], "SELECT sum(balance)::bigint AS sum, \(place) FROM chaos_account",
      over: connection
    ) { [try $0.integer("sum")] }
    count += 1
    let id = Int64(session.process) * 1_000_000_000 + count
    do {
      try await session.perform(
        .probe, [id], "INSERT INTO chaos_probe VALUES ($1) RETURNING \(place)", over: connection)
    } catch let error as PostgresError where error.sqlState == "25006" {
      // A standby says so, and goes on.
    }
    try await Task.sleep(for: .milliseconds(80))
  }
}
