internal import Configuration
internal import Glibc
internal import Keeper

/// The running `pg_autoctl` of a data directory, as another process sees it.
struct RunningService: Sendable {
  let locations: FileLocations

  /// Its process; `nil` when none runs.
  var process: Int32? {
    for path in locations.pidFiles {
      if let holder = PidFile.holder(of: path) { return holder.pid }
    }
    return nil
  }

  /// Sends it a signal; says whether there was one to send it to.
  func send(_ signal: CInt) throws -> Bool {
    guard let process else { return false }
    guard kill(process, signal) == 0 else {
      if errno == ESRCH { return false }
      throw CommandError(
        .badState,
        "The pg_autoctl with process id \(process) cannot be signalled: "
          + "\(String(cString: strerror(errno))).",
        hint: "Run this command as the user who started it.")
    }
    return true
  }

  /// Has it begin anew, in the same process and with its server left alone; says whether there was one.
  func beginAnew(atMost limit: Duration, in context: CommandContext) async throws -> Bool {
    let before = Self.identity(of: locations.pid)
    guard try send(SIGUSR1) else { return false }
    let watch = Stopwatch(context.clock)
    while process == nil || Self.identity(of: locations.pid) == before {
      guard watch.elapsed() < limit else {
        throw CommandError(
          .badState, "pg_autoctl has not begun anew within \(limit.components.seconds) seconds.",
          hint: "Look into its log; its server goes on meanwhile.")
      }
      try await context.clock.sleep(for: .milliseconds(50))
    }
    return true
  }

  /// Tells one pid file from the one that takes its place.
  private static func identity(of path: String) -> [Int] {
    var status = stat()
    guard stat(path, &status) == 0 else { return [] }
    return [Int(status.st_ino), status.st_ctim.tv_sec, status.st_ctim.tv_nsec]
  }

  /// Waits until none runs; says whether that came within the limit.
  func waitForEnd(atMost limit: Duration, in context: CommandContext) async throws -> Bool {
    let watch = Stopwatch(context.clock)
    while process != nil {
      if watch.elapsed() >= limit { return false }
      try await context.clock.sleep(for: .milliseconds(50))
    }
    return true
  }
}

/// The lock that keeps a second service away from a data directory, for as long as it is kept.
struct ServiceLock: Sendable {
  private let files: [PidFile]

  init(_ locations: FileLocations) throws {
    files = try locations.pidFiles.map { path in
      try PidFile(path: path, pgdata: locations.pgdata, version: Version.program)
    }
  }

  func release() {
    for file in files { file.release() }
  }
}
