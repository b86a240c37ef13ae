internal import Failover
internal import PostgresClient

/// Our file of settings that follow from a node's role. `postgresql.conf` includes it at its end, so
/// that it wins. It holds a password, so only its owner reads it.
struct RoleFile: Sendable, Equatable {
  static let name = "postgresql-auto-failover-role.conf"

  /// `synchronous_standby_names`; "" acknowledges alone.
  var standbyNames = ""
  /// `primary_conninfo`; "" receives from nobody.
  var primaryConnection = ""
  /// `primary_slot_name`.
  var slot = ""
  /// Settings, such as `max_connections`, that are larger than the configuration says, since the primary's
  /// are.
  var limits: [String: Int] = [:]
  /// `sync_replication_slots`, which PostgreSQL 17 and later have; a server whose `wal_level` is not
  /// `logical` must not be started with it.
  var keepsLogicalSlots = false

  init(standbyNames: String = "", primaryConnection: String = "", slot: String = "") {
    self.standbyNames = standbyNames
    self.primaryConnection = primaryConnection
    self.slot = slot
  }

  /// The file in a data directory; empty settings when there is none.
  static func read(in directory: String) throws(ServerError) -> RoleFile {
    let values = SettingsFile.values(in: try DurableFiles.text(path(in: directory)) ?? "")
    var file = RoleFile(
      standbyNames: values["synchronous_standby_names"] ?? "",
      primaryConnection: values["primary_conninfo"] ?? "", slot: values["primary_slot_name"] ?? "")
    file.limits = values.filter { $0.key.hasPrefix("max_") }.compactMapValues { Int($0) }
    file.keepsLogicalSlots = values["sync_replication_slots"] == "on"
    return file
  }

  /// Writes the file, durably; says whether that changed anything.
  @discardableResult
  func write(in directory: String) throws(ServerError) -> Bool {
    let major = try DataDirectory(path: directory).majorVersion()
    return try DurableFiles.keep(
      Self.path(in: directory), as: content(majorVersion: major), mode: 0o600)
  }

  static func path(in directory: String) -> String { directory + "/" + name }

  private func content(majorVersion: Int) -> String {
    """
    # Written by pg_autoctl as the node's role demands, and again whenever that changes.
    # What is written here by hand is lost.
    \(SettingsFile.line("synchronous_standby_names", standbyNames))
    \(SettingsFile.line("primary_conninfo", primaryConnection))
    \(SettingsFile.line("primary_slot_name", slot))
    \(SettingsFile.line("recovery_target_timeline", "latest"))

    """
      + limits.sorted { $0.key < $1.key }
      .map { SettingsFile.line($0.key, String($0.value)) + "\n" }.joined()
      + (majorVersion >= 17 ? logicalSlots : "")
  }

  /// From PostgreSQL 17 on standbys keep the logical slots that were created for it (`failover`) up to
  /// date, and a primary sends through them no more than the standbys that commits wait for have.
  private var logicalSlots: String {
    let members = SynchronousStandbyNames(standbyNames)?.names ?? []
    return """
      \(SettingsFile.line("sync_replication_slots", keepsLogicalSlots ? "on" : "off"))
      \(SettingsFile.line("synchronized_standby_slots", members.joined(separator: ", ")))

      """
  }
}

/// The connections that a node opens to its primary.
extension ServerSettings {
  /// The role that replicates, on every node.
  static let replicationRole = "pgautofailover_replicator"
  /// The role that the monitor's health checks use; it may do nothing.
  static let healthRole = "pgautofailover_monitor"

  /// How to reach the primary under the name of a slot. A silent link is noticed within seconds.
  func connection(to primary: GroupMember, slot: String) -> ConnectionString {
    var connection = ConnectionString([
      "host": primary.host, "port": String(primary.port), "user": Self.replicationRole,
      "application_name": slot, "sslmode": effectiveSSLMode, "connect_timeout": "5",
      "keepalives": "1", "keepalives_idle": "2", "keepalives_interval": "1",
      "keepalives_count": "3", "tcp_user_timeout": "5000",
    ])
    if case .files(let files) = encryption {
      connection["sslrootcert"] = files.authority
      connection["sslcrl"] = files.revocationList
    }
    return connection
  }

  /// As `connection`, with the password where there is one.
  func secretConnection(to primary: GroupMember, slot: String) -> ConnectionString {
    var connection = connection(to: primary, slot: slot)
    connection["password"] = replicationPassword
    // Where the logical slots of the primary are looked up.
    connection["dbname"] = "postgres"
    return connection
  }

  /// The environment in which programs find the password; never in their arguments.
  var passwordEnvironment: [String: String] {
    var environment = ["PGCONNECT_TIMEOUT": "5"]
    if let replicationPassword { environment["PGPASSWORD"] = replicationPassword }
    return environment
  }
}
