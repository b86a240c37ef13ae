internal import Failover
internal import Glibc
internal import Logging
internal import Synchronization

/// The server of this host: PostgreSQL in a data directory, controlled through its own programs,
/// its files, and a local connection as its superuser.
///
/// It outlives us: `pg_ctl` starts it in a session of its own, and whoever comes later adopts it. One
/// object may be asked to observe while it performs an action; actions themselves take turns in the
/// keeper.
public final class LocalServer: PostgresServer {
  /// What the server is to be like, now.
  public var settings: ServerSettings { current.withLock { $0 } }
  private let current: Mutex<ServerSettings>
  let limits: ServerLimits
  /// The connection kept for looking.
  let observer = LocalSession()
  /// The connection that the last action has left.
  let idle = IdleConnection()
  /// What became of the last start.
  let lastStart = Mutex(LastStart())

  /// The newest timeline that a receiver told of; the control file learns of it only later.
  let newestTimeline = Mutex(0)

  /// What a later look has to know of the last start.
  struct LastStart {
    /// Is it under way?
    var isUnderWay = false
    /// Why it failed.
    var failure: ServerError?
  }

  public init(_ settings: ServerSettings, limits: ServerLimits = ServerLimits()) {
    current = Mutex(settings)
    self.limits = limits
  }

  /// Uses changed settings from now on; `configure` and `follow` write them down. The data directory, the
  /// port and the programs must be the same.
  public func use(_ changed: ServerSettings) { current.withLock { $0 = changed } }

  /// Has a running server read its files again, after a person has edited them or renewed a certificate.
  public func rereadFiles() {
    if let postmaster = process.postmaster { ProcessHandle(postmaster.id)?.send(SIGHUP) }
  }

  /// Closes the connections that are kept; the server goes on.
  public func close() async {
    await observer.close()
    await idle.close()
  }

  var directory: String { settings.dataDirectory }
  var log: Logger { settings.logger }

  var runner: ProgramRunner {
    ProgramRunner(directory: settings.binDirectory, prefix: settings.launchPrefix)
  }

  var process: ServerProcess { ServerProcess(directory: directory, limits: limits) }
  var data: DataDirectory { DataDirectory(path: directory) }
  var swap: DirectorySwap {
    DirectorySwap(
      directory: DurableFiles.target(of: directory), backupDirectory: settings.backupDirectory)
  }
  var rejoining: RejoinMarker {
    RejoinMarker(
      directory: DurableFiles.target(of: directory), place: settings.rejoinDirectory)
  }

  /// What `pg_controldata` says of a data directory.
  func controlData(of place: String? = nil) async throws(ServerError) -> ControlData {
    let answer = try await runner.run(
      "pg_controldata", ["-D", place ?? directory], limit: limits.program)
    guard answer.succeeded else { throw .program("pg_controldata", said: answer.output) }
    return ControlData(answer.output)
  }

  /// The data has become another's: what was known of its timeline no longer holds.
  func forgetTimeline() { newestTimeline.withLock { $0 = 0 } }

  public func waitForExit() async {
    await process.waitForExit()
  }

  public func stop() async throws(ServerError) {
    await close()
    try await process.stop()
  }

  public func checkpoint() async throws(ServerError) {
    guard process.isAlive else { return }
    do throws(ServerError) {
      try await withConnection { connection throws(ServerError) in
        try await connection.run("CHECKPOINT", atMost: limits.checkpoint)
      }
    } catch {
      // It only makes the stop that follows shorter, which must not wait for it.
      log.warning("The checkpoint before the stop failed: \(error)")
    }
  }
}
