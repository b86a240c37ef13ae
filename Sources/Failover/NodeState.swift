/// The states of a node, as the monitor assigns and the keeper reports them.
///
/// The raw value is the label of `pgautofailover.replication_state`; the table
/// `pgautofailover.node_state` holds the same list, and a test compares the two.
public enum NodeState: String, CaseIterable, Sendable, Codable, Hashable {
  /// Registered, nothing done yet.
  case initial = "init"
  /// The only node of its group; takes writes.
  case single
  /// A primary that may acknowledge commits alone, because no standby can confirm them.
  case waitPrimary = "wait_primary"
  /// A primary whose commits wait for the standbys that the monitor named.
  case primary
  /// A primary that was told to stop; its server is stopped.
  case draining
  /// A primary that was told to stop and for which the group waits.
  case demoteTimeout = "demote_timeout"
  /// A former primary, stopped, waiting for a new primary to follow.
  case demoted
  /// A standby on its way to follow the primary closely enough.
  case catchingUp = "catchingup"
  /// A standby that streams.
  case secondary
  /// A standby that has durably stopped receiving from the old primary.
  case preparePromotion = "prepare_promotion"
  /// A candidate that waits until the old primary can surely write no more.
  case stopReplication = "stop_replication"
  /// Registered as a standby, waiting for a primary that is ready for it.
  case waitStandby = "wait_standby"
  /// In the operator's hands; the keeper leaves the server alone.
  case maintenance
  /// Kept for programs that know it; never assigned.
  case joinPrimary = "join_primary"
  /// A primary that applies changed replication settings.
  case applySettings = "apply_settings"
  /// A primary that stops in order to enter maintenance.
  case prepareMaintenance = "prepare_maintenance"
  /// A standby that waits for the primary to do without it before maintenance.
  case waitMaintenance = "wait_maintenance"
  /// A standby that has durably stopped receiving and told its position, for an election.
  case reportLSN = "report_lsn"
  /// An elected standby that has fetched the WAL it lacked, and receives from nobody.
  case fastForward = "fast_forward"
  /// A standby on its way to follow the node that was elected.
  case joinSecondary = "join_secondary"
  /// Out of the group.
  case dropped
  /// Never assigned; what an unheard node would report.
  case unknown

  /// Does a node in this state accept writes?
  public var takesWrites: Bool {
    switch self {
    case .single, .waitPrimary, .primary, .joinPrimary, .applySettings: true
    default: false
    }
  }

  /// What the local server should be doing in this state.
  public var server: ServerRole {
    switch self {
    case .single, .waitPrimary, .primary, .joinPrimary, .applySettings: .primary
    case .secondary, .catchingUp, .waitMaintenance, .joinSecondary: .standby
    case .preparePromotion, .stopReplication, .reportLSN, .fastForward: .detachedStandby
    case .draining, .demoteTimeout, .demoted, .prepareMaintenance, .dropped: .stopped
    case .initial, .waitStandby, .maintenance, .unknown: .unmanaged
    }
  }
}

/// What a keeper wants of its server.
public enum ServerRole: Sendable, Hashable {
  /// Running, out of recovery.
  case primary
  /// Running, receiving WAL from the primary.
  case standby
  /// Running in recovery, receiving from nobody, also after a restart.
  case detachedStandby
  /// Not running, and nobody starts it.
  case stopped
  /// None of the keeper's business in this state.
  case unmanaged
}
