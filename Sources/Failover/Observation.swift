/// What a keeper sees of its server at one moment.
public struct Observation: Sendable, Equatable {
  /// Is there a server, and does it answer?
  public enum Process: Sendable, Equatable {
    /// No data directory, or an empty one.
    case absent
    /// A data directory without a server.
    case stopped
    /// A server that is starting up or recovering and does not answer queries yet.
    case starting
    /// A server that answered a query within the deadline.
    case running
    /// A server process that exists and did not answer within the deadline.
    case unresponsive
  }

  public var process: Process
  /// `pg_is_in_recovery()`; `nil` when not asked or not answered.
  public var isInRecovery: Bool?
  /// The current timeline: received on a standby, from the control file when stopped; 0 unknown.
  public var timeline: Int
  /// Flushed on a primary; received, else replayed, on a standby; the latest checkpoint when stopped.
  public var position: LogPosition
  /// The cluster's system identifier, once there is one.
  public var systemIdentifier: UInt64?
  /// The standbys connected to this server with a name of this system's.
  public var standbys: [ConnectedStandby]
  /// The walreceiver, on a standby.
  public var receiver: Receiver?
  /// `synchronous_standby_names` in force.
  public var standbyNames: String
  /// `recovery_min_apply_delay` on a standby: how much later it replays than it receives.
  public var applyDelay: Duration?
  /// What is wrong with the server, in one line, for the log and the monitor.
  public var problem: String?

  public init(
    process: Process, isInRecovery: Bool? = nil, timeline: Int = 0,
    position: LogPosition = .unknown, systemIdentifier: UInt64? = nil,
    standbys: [ConnectedStandby] = [], receiver: Receiver? = nil, standbyNames: String = "",
    applyDelay: Duration? = nil, problem: String? = nil
  ) {
    self.process = process
    self.isInRecovery = isInRecovery
    self.timeline = timeline
    self.position = position
    self.systemIdentifier = systemIdentifier
    self.standbys = standbys
    self.receiver = receiver
    self.standbyNames = standbyNames
    self.applyDelay = applyDelay
    self.problem = problem
  }

  public var isRunning: Bool { process == .running }

  /// The best `sync_state` among the connected standbys (quorum, sync, potential, async), or "".
  public var syncState: String {
    for state in ["quorum", "sync", "potential", "async"]
    where standbys.contains(where: { $0.syncState == state }) {
      return state
    }
    return ""
  }
}

/// A row of `pg_stat_replication` of one of this group's standbys.
public struct ConnectedStandby: Sendable, Equatable {
  /// `application_name`, the same as the slot's name.
  public var name: String
  /// `state`: streaming, catchup, …
  public var state: String
  /// `sync_state`: async, potential, sync, quorum.
  public var syncState: String
  public var flushed: LogPosition
  /// Changes whenever the standby has answered (`reply_time`, on the standby's clock): it is only
  /// compared with an earlier one, so that clocks do not matter and a dead connection counts as silent.
  public var lastReply: String

  public init(
    name: String, state: String, syncState: String, flushed: LogPosition, lastReply: String
  ) {
    self.name = name
    self.state = state
    self.syncState = syncState
    self.flushed = flushed
    self.lastReply = lastReply
  }
}

/// The walreceiver of a standby, from `pg_stat_wal_receiver`.
public struct Receiver: Sendable, Equatable {
  /// The host and port it receives from.
  public var host: String
  public var port: Int
  /// Is it streaming?
  public var isStreaming: Bool
  /// Time since its last message from the sender, by the server's own clock.
  public var silence: Duration
  /// Tells that message from others; `nil` when the server does not say.
  public var lastMessage: String?

  public init(
    host: String, port: Int, isStreaming: Bool, silence: Duration, lastMessage: String? = nil
  ) {
    self.host = host
    self.port = port
    self.isStreaming = isStreaming
    self.silence = silence
    self.lastMessage = lastMessage
  }
}
