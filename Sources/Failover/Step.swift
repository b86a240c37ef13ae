/// Everything a keeper can do to its server, as values. A step may be cut short at any point and
/// performed again; performing it twice does no harm.
public enum Step: Sendable, Hashable {
  /// Make sure there is a cluster: `initdb` into an absent or empty directory, else adopt what is there.
  case createCluster
  /// Write the settings, the access rules and the includes that are ours; reload when they changed.
  case configureServer
  /// One slot for each other member, none for those that are gone.
  case maintainSlots
  /// Start the server in this role unless it runs already; its files agree with the role first.
  case startServer(ServerRole)
  /// Create the roles and the database that the system and its user need.
  case createRoles
  /// Write out dirty pages first, so that the stop that follows is short.
  case checkpoint
  /// Stop the server: fast, then immediate, then by force; each bounded.
  case stopServer
  /// `synchronous_standby_names = ''`: acknowledge alone. Only the monitor's assignment leads here.
  case runAlone
  /// Apply the names that the monitor gives.
  case applyStandbyNames
  /// These names, as last confirmed, in force again: for a primary that is started, or whose names
  /// somebody else has changed. It never relaxes.
  case keepStandbyNames(String)
  /// Wait until one more position was acknowledged under the names in force.
  case confirmStandbyNames
  /// Bring a new standby into being: base backup of the primary, complete before it takes its place.
  case cloneFromPrimary
  /// Follow the primary again, the cheapest correct way: start, else rewind, else base backup.
  case rejoinPrimary
  /// Point a standby whose history is the primary's at the primary.
  case followPrimary
  /// Receive from the most advanced of the nodes that elect a primary until nothing is lacking.
  case fetchMissing
  /// Stop receiving, durably: from nobody, also after a restart. Ends when the receiver is gone.
  case detach
  /// Leave recovery and take writes.
  case promote
}
