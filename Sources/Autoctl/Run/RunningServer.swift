internal import Configuration
internal import Glibc

/// A server process, as the `postmaster.pid` in its data directory tells of it.
struct RunningServer: Sendable, Equatable {
  let process: Int32
  let port: Int
  let socketDirectory: String
  /// Does it say that it answers?
  let isReady: Bool

  /// `nil` when none lives there.
  init?(in pgdata: String) {
    guard let text = try? DurableFile.read("\(pgdata)/postmaster.pid") else { return nil }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.filter { !$0.isWhitespace } }
    guard lines.count >= 5, let process = Int32(lines[0]), process > 1, let port = Int(lines[3])
    else { return nil }
    // The number of a server that has gone may belong to anything by now.
    guard kill(process, 0) == 0 || errno == EPERM,
      let program = try? DurableFile.read("/proc/\(process)/comm"), program == "postgres\n"
    else { return nil }
    self.process = process
    self.port = port
    socketDirectory = String(lines[4])
    isReady = lines.count > 7 && lines[7] == "ready"
  }
}
