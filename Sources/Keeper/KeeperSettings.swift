public import Failover

/// What a keeper is told about how to keep: times, limits, nothing of the node's identity (that
/// stands in its state file).
public struct KeeperSettings: Sendable, Equatable {
  /// Time from one round to the next, when nothing wakes the keeper earlier.
  public var roundInterval: Duration = .seconds(1)
  /// Time between two looks at the fence, also while the monitor does not answer; a fence that is due earlier is not waited for.
  public var watchInterval: Duration = .milliseconds(500)
  /// How long a primary goes on hearing neither the monitor nor a standby; also how old an
  /// assignment may be when it makes this node take writes.
  public var partitionTimeout: Duration = .seconds(5)
  /// How long a server may be away before it is reported as not running.
  public var restartLimit: Duration = .seconds(5)
  /// After how many failed restarts it is reported as not running, even if less time has passed.
  public var restartAttempts = 3
  /// How long a server may leave queries unanswered before it is reported as not running.
  public var hungLimit: Duration = .seconds(4)
  /// How long ago a standby may have answered and still be reported as connected. Standbys answer once a second at least
  /// (`wal_receiver_status_interval`).
  public var standbyPatience: Duration = .seconds(3)
  /// How long a keeper that has just started waits for the monitor before it starts a primary.
  public var startWait: Duration = .seconds(5)
  /// Time between two looks at members, slots and access rules.
  public var housekeepingInterval: Duration = .seconds(10)
  /// Delays between attempts at what has failed.
  public var retry = RetryPolicy(first: .seconds(1), longest: .seconds(10))
  /// How long a primary that is asked to stop waits until another node has taken over.
  public var handOverLimit: Duration = .seconds(30)
  /// How long an action that was told to end, or a save that must not hold up a stop, may take.
  public var patience: Duration = .seconds(2)
  /// How old the last look at the server may be before the keeper gives no sign of life any more.
  public var longestLook: Duration = .seconds(20)
  /// After what time a sentence that has not changed is logged again.
  public var repeatInterval: Duration = .seconds(60)

  public init() {}
}
