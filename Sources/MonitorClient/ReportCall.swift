public import Failover
public import PostgresClient

/// The call by which a keeper reports, for `SQLMonitor` and for who performs it over a session of another kind.
public struct ReportCall: Sendable {
  public static let statement = """
    SELECT * FROM pgautofailover.node_active(
        $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
    """

  public let parameters: [String?]

  public init(formation: String, nodeID: Int64, groupID: Int, report: NodeReport) {
    parameters = [
      formation, String(nodeID), String(groupID), report.state.rawValue,
      report.isRunning.map { String($0) }, String(report.timeline),
      report.position.description, report.syncState, report.standbyNames,
      report.upstreamSilence.map { String(Self.milliseconds($0)) }, report.problem,
      report.number.map { String($0) },
      report.connected.map { "{\($0.map(String.init).joined(separator: ","))}" },
      report.applyDelay.map { String(Self.milliseconds($0)) },
    ]
  }

  /// The goal that the monitor answered with; `unexpectedResult` when its answer is none.
  public static func goal(in rows: [Row]) throws(PostgresError) -> NodeState {
    guard let row = rows.first, rows.count == 1 else {
      throw PostgresError(
        code: .unexpectedResult, message: "\(rows.count) rows came instead of one.")
    }
    return try Assignment(row: row).goal
  }

  /// Whole milliseconds, within what the monitor's argument can hold.
  private static func milliseconds(_ duration: Duration) -> Int32 {
    let (seconds, attoseconds) = duration.components
    let (whole, overflows) = seconds.multipliedReportingOverflow(by: 1000)
    guard !overflows else { return seconds < 0 ? 0 : .max }
    return max(0, Int32(clamping: whole + attoseconds / 1_000_000_000_000_000))
  }
}
