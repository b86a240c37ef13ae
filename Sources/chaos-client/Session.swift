internal import ChaosHistory
internal import Foundation
internal import LineFile
internal import PostgresClient

/// Something to do over a connection, again and again.
protocol Work {
  /// One turn; throws when the connection is of no use any more.
  mutating func turn(of session: Session, over connection: Connection) async throws
}

/// A session of a client: it connects anew whenever its connection is of no use.
struct Session {
  let process: Int
  let target: ConnectionString
  let file: LineFile

  private static let connectTimeout = Duration.seconds(2)
  private static let answerTimeout = Duration.seconds(2)
  private static let pause = Duration.milliseconds(20)

  func workForEver(_ work: some Work) async {
    var work = work
    while !Task.isCancelled {
      if let connection = try? await Connection.open(target, timeout: Self.connectTimeout) {
        do {
          while true {
            try await work.turn(of: self, over: connection)
            try await Task.sleep(for: Self.pause)
          }
        } catch {}
        await connection.close()
      }
      try? await Task.sleep(for: Self.pause)
    }
  }

  /// Performs a statement as an operation. Its row gives server and timeline, and may give a value.
  @discardableResult
  func perform(
    _ f: HistoryEntry.Function, _ value: [Int64], _ statement: String, over connection: Connection,
    reading read: (Row) throws -> [Int64] = { _ in [] }
  ) async throws -> [Int64] {
    func tell(_ type: HistoryEntry.Kind, _ value: [Int64], _ row: Row? = nil) throws {
      try file.append(
        HistoryEntry(
          process: process, type: type, f: f, value: value, time: steadyNanoseconds(),
          node: try row?.text("server"), timeline: try row.map { Int(try $0.integer("timeline")) }))
    }
    try tell(.invoke, value)
    let rows: [Row]
    do {
      rows = try await connection.query(
        statement, value.map { String($0) }, timeout: Self.answerTimeout)
    } catch {
      try tell(Self.hadNoEffect(error) ? .fail : .info, value)
      throw error
    }
    let answer = try read(rows[0])
    try tell(.ok, answer.isEmpty ? value : answer, rows[0])
    return answer
  }

  /// A server in recovery and one that gives up a transaction for another's sake have done nothing.
  private static func hadNoEffect(_ error: PostgresError) -> Bool {
    error.code == .queryFailed
      && ["25006", SQLState.deadlockDetected, SQLState.serializationFailure]
        .contains(error.sqlState ?? "")
  }
}
