public import Failover

/// The local server as a thing one can ask and command. Each call is bounded, may be cut short and
/// called again, and calling it twice does no harm.
public protocol PostgresServer: Sendable {
  /// Looks at the server, with a deadline: a hung server is not a running one.
  func observe() async -> Observation

  /// Makes sure there is a cluster: `initdb` into an absent or empty directory.
  func createCluster() async throws(ServerError)
  /// Writes our settings files, their includes and the access rules for these members and for the
  /// monitor's health checks; reloads a running server when something changed.
  func configure(for members: [GroupMember]) async throws(ServerError)
  /// Creates the roles and the database of the system and of its user; harmless when they exist.
  func createRoles() async throws(ServerError)

  /// Starts the server in this role and waits until it answers, for as long as recovery makes
  /// progress. The role's files (`standby.signal`, our role file) are durable before it starts.
  func start(as role: ServerRole) async throws(ServerError)
  /// Stops the server: fast, then immediate, then SIGKILL, each bounded.
  func stop() async throws(ServerError)
  /// Ends when the server process has gone: known from the operating system at once. Returns at
  /// once when there is none.
  func waitForExit() async
  func checkpoint() async throws(ServerError)

  /// Sets `synchronous_standby_names` in our role file and waits until it is in force. Also works
  /// on a stopped server.
  func setStandbyNames(_ names: String) async throws(ServerError)
  /// Waits until one more WAL position has been flushed by as many of the named standbys as the
  /// names demand, so that everything before it is held as they demand.
  func confirmStandbyNames(_ names: String) async throws(ServerError)

  /// Keeps one physical slot for each of these members, drops those of ours whose node is gone, and
  /// on a standby advances them to what their members have reached. Slots of others are left alone.
  func maintainSlots(for members: [GroupMember], isPrimary: Bool) async throws(ServerError)

  /// Restarts a standby whose replay waits because its primary has a larger `max_connections`, or another
  /// such limit, with as much as that. Harmless on any other.
  func meetLimits() async throws(ServerError)

  /// Base backup of the primary into a new directory that takes the place of the old one only when
  /// it is complete. `slot` is this node's slot on the primary.
  func clone(
    from primary: GroupMember, slot: String, progress: @Sendable (String) -> Void
  ) async throws(ServerError)
  /// Follows the primary again, the cheapest correct way: plain start when our history is a prefix
  /// of the primary's, else `pg_rewind`, else a base backup. Says which it took.
  func rejoin(
    _ primary: GroupMember, slot: String, progress: @Sendable (String) -> Void
  ) async throws(ServerError) -> Rejoin
  /// Points a running standby at the primary, durably.
  func follow(_ primary: GroupMember, slot: String) async throws(ServerError)
  /// Receives from another standby, which receives from nobody, until this server has all that the
  /// other one has. `slot` is this node's slot there.
  func fetch(from source: GroupMember, slot: String) async throws(ServerError)
  /// Stops receiving, durably, and waits until the receiver is gone and what it had received has
  /// been replayed.
  func detach() async throws(ServerError)
  /// Leaves recovery; ends when the server takes writes. Harmless when it does already.
  func promote() async throws(ServerError)
}

/// How a node came to follow the primary again.
public enum Rejoin: String, Sendable {
  case plainStart = "started"
  case rewind = "rewound"
  case baseBackup = "copied anew"
}
