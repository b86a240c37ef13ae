/// How long things may take. The defaults are for production; tests shorten some.
///
/// Work that makes progress is not limited: a stall is the time in which nothing moved at all.
public struct ServerLimits: Sendable, Equatable {
  /// For the answer to a look at the server.
  public var observation: Duration = .seconds(2)
  /// For the answer to a second one, at once, at a server that left the first without an answer.
  public var secondObservation: Duration = .milliseconds(250)
  /// For a connection, and for a statement that needs no work.
  public var statement: Duration = .seconds(10)
  /// For a short program such as `pg_controldata`.
  public var program: Duration = .seconds(30)
  /// For a server that starts up or recovers, without any progress.
  public var startStall: Duration = .seconds(60)
  /// For a fast stop, before it becomes an immediate one.
  public var fastStop: Duration = .seconds(10)
  /// For an immediate stop, before the processes are killed.
  public var immediateStop: Duration = .seconds(5)
  /// For killed processes to be gone.
  public var killedStop: Duration = .seconds(10)
  /// For a checkpoint.
  public var checkpoint: Duration = .seconds(300)
  /// For a changed setting to be in force.
  public var reload: Duration = .seconds(10)
  /// For the standbys to acknowledge one more position.
  public var confirmation: Duration = .seconds(30)
  /// For a standby that was pointed at the primary to stream.
  public var streaming: Duration = .seconds(15)
  /// For replay and promotion, without any progress.
  public var replayStall: Duration = .seconds(60)
  /// For a base backup without any progress.
  public var backupStall: Duration = .seconds(60)
  /// For the primary to finish the checkpoint that a base backup or a rewind begins with.
  public var primaryCheckpoint: Duration = .seconds(3600)
  /// For a rewind without any progress.
  public var rewindStall: Duration = .seconds(300)
  /// For a name to be resolved.
  public var resolution: Duration = .seconds(5)

  public init() {}
}
