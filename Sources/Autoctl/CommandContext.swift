public import Logging
public import PostgresClient

/// The world as a command sees it. `Program` makes the real one; tests make theirs.
public struct CommandContext: Sendable {
  public var environment: [String: String]
  /// An absolute path, to which relative ones refer.
  public var workingDirectory: String
  /// The effective user; 0 is root.
  public var userID: UInt32
  /// The name of that user.
  public var userName: String
  /// The name of this host.
  public var hostName: String
  /// The absolute path of this program.
  public var programPath: String
  public var output: any Output
  public var format: OutputFormat
  public var logger: Logger
  public var clock: any Clock<Duration>
  /// So many times as often as usual a keeper looks, reports and keeps house, for those who measure what grows with that.
  public var keeperHaste = 1
  /// Makes a monitor's client; it connects when it is first asked.
  public var monitors: @Sendable (ConnectionString, Logger) -> any OperatorMonitor
  /// Asks the person at the terminal and takes the answer; `nil` where nobody can answer.
  public var asks: (@Sendable (_ question: String) -> String?)?
  /// Performs some work until it ends or a person interrupts it, which is no error.
  public var untilInterrupted:
    @Sendable (_ work: @escaping @Sendable () async throws -> Void) async throws -> Void

  public init(
    environment: [String: String], workingDirectory: String, userID: UInt32, userName: String,
    hostName: String, programPath: String, output: any Output, format: OutputFormat, logger: Logger,
    clock: any Clock<Duration>,
    monitors: @escaping @Sendable (ConnectionString, Logger) -> any OperatorMonitor,
    asks: (@Sendable (_ question: String) -> String?)?,
    untilInterrupted:
      @escaping @Sendable (_ work: @escaping @Sendable () async throws -> Void) async throws -> Void
  ) {
    self.environment = environment
    self.workingDirectory = workingDirectory
    self.userID = userID
    self.userName = userName
    self.hostName = hostName
    self.programPath = programPath
    self.output = output
    self.format = format
    self.logger = logger
    self.clock = clock
    self.monitors = monitors
    self.asks = asks
    self.untilInterrupted = untilInterrupted
  }
}

/// Tells how much time has passed on the clock that we were given.
struct Stopwatch: Sendable {
  /// The time since the start.
  let elapsed: @Sendable () -> Duration

  init(_ clock: some Clock<Duration>) {
    let start = clock.now
    elapsed = { start.duration(to: clock.now) }
  }
}
