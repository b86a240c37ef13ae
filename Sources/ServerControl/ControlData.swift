internal import Failover

/// What `pg_controldata` tells of a cluster, running or not.
struct ControlData: Sendable, Equatable {
  private let values: [String: String]

  /// Reads the program's English output: `name:   value`, one a line.
  init(_ output: String) {
    var values: [String: String] = [:]
    for line in output.split(whereSeparator: \.isNewline) {
      guard let colon = line.firstIndex(of: ":") else { continue }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      values[String(line[..<colon])] = String(value)
    }
    self.values = values
  }

  var systemIdentifier: UInt64? { values["Database system identifier"].flatMap { UInt64($0) } }

  /// The state of the cluster in the program's words: `shut down`, `in production` …
  var state: String { values["Database cluster state"] ?? "unknown" }

  /// Was it stopped in order, so that its log ends with the checkpoint?
  var isShutDown: Bool { state == "shut down" }

  /// Was it stopped in order, as a primary or as a standby? `pg_rewind` demands it.
  var isCleanlyStopped: Bool { isShutDown || state == "shut down in recovery" }

  /// Where the latest checkpoint's record begins.
  var checkpoint: LogPosition {
    values["Latest checkpoint location"].flatMap { LogPosition($0) } ?? .unknown
  }

  /// Where recovery begins, and the file of the log that holds it.
  var redo: LogPosition {
    values["Latest checkpoint's REDO location"].flatMap { LogPosition($0) } ?? .unknown
  }
  var redoFile: String? { values["Latest checkpoint's REDO WAL file"] }

  /// The timeline of the latest checkpoint.
  var checkpointTimeline: Int {
    values["Latest checkpoint's TimeLineID"].flatMap { Int($0) } ?? 0
  }

  /// How far a standby must replay; unknown on a former primary.
  var minimumRecoveryEnd: LogPosition {
    values["Minimum recovery ending location"].flatMap { LogPosition($0) } ?? .unknown
  }

  /// The newest timeline this cluster has been on, as far as the file tells.
  var timeline: Int {
    let recovery = values["Min recovery ending loc's timeline"].flatMap { Int($0) } ?? 0
    return max(checkpointTimeline, recovery)
  }

  /// The furthest position the file tells of.
  var position: LogPosition { max(checkpoint, minimumRecoveryEnd) }

  /// Does the log allow a rewind: hint bits logged, or checksums on?
  var allowsRewind: Bool {
    let checksums = values["Data page checksum version"].flatMap { Int($0) } ?? 0
    return values["wal_log_hints setting"] == "on" || checksums > 0
  }

  /// A number under the program's name for it.
  func number(_ name: String) -> Int? { values[name].flatMap { Int($0) } }

  /// The size of a file of the log in bytes: a power of two from 1 MB to 1 GB, which a damaged control
  /// file does not tell.
  var segmentSize: UInt64 {
    let size = values["Bytes per WAL segment"].flatMap { UInt64($0) } ?? 0
    return (1 << 20...1 << 30).contains(size) && size & (size - 1) == 0 ? size : 16 << 20
  }
}
