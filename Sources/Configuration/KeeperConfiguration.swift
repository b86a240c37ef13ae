/// The configuration of a node: where its monitor is, its server, and its limits.
public struct KeeperConfiguration: ServerConfigurable {
  /// The monitor's connection string, or `disabledMonitor`.
  public var monitor = ""
  /// What stands in place of the connection string of a node that goes on without a monitor: the word of
  /// pg_auto_failover 2.x.
  public static let disabledMonitor = "PG_AUTOCTL_DISABLED"
  public var isMonitorDisabled: Bool { monitor == Self.disabledMonitor }
  public var formation = "default"
  public var group = 0
  /// The node's name; "" lets the monitor choose one.
  public var name = ""
  /// Under which name or address the other nodes and the monitor reach this one.
  public var hostname = ""
  public var server = ServerConfiguration()
  /// Who owns the application's database, and the database.
  public var username = ""
  public var database = "postgres"
  public var ssl = SSLConfiguration()
  /// The password of `pgautofailover_replicator`; "" for none.
  public var replicationPassword = ""
  public var maximumBackupRate = "100M"
  /// What makes a base backup in place of `pg_basebackup`; "" for nothing.
  public var baseBackupCommand = ""
  /// Where base backups are made before they take their place; "" beside the data directory.
  public var backupDirectory = ""
  public var networkPartitionTimeout = Duration.seconds(5)
  public var restartFailureTimeout = Duration.seconds(5)
  public var restartFailureMaxRetries = 3

  public init() {}

  public static var role: ConfigurationRole { .keeper }

  public static var settings: [Setting<Self>] {
    identity + serverSettings + owner
      + (sslSettings + replication + timeouts).map { $0.applied(by: .reload) }
  }

  private static var identity: [Setting<Self>] {
    [
      Setting(
        "pg_autoctl", "monitor", \.monitor, isRequired: true,
        means: "The monitor's connection string, or \(disabledMonitor)."),
      Setting(
        "pg_autoctl", "formation", \.formation, isRequired: true,
        means: "The formation that this node belongs to."
      )
      .applied(by: .creation),
      Setting(
        "pg_autoctl", "group", \.group, 0...Int(Int32.max),
        means: "The group within the formation, as the monitor chose it."
      )
      .applied(by: .creation),
      Setting(
        "pg_autoctl", "name", \.name, means: "The name of this node, unique in its formation."),
      Setting(
        "pg_autoctl", "hostname", \.hostname, isRequired: true,
        means: "The name or address under which the monitor and the other nodes reach this one."
      )
      .applied(by: .reload),
    ]
  }

  private static var owner: [Setting<Self>] {
    [
      Setting(
        "postgresql", "username", \.username,
        means: "The role that owns the application's database; empty for the user's own."),
      Setting(
        "postgresql", "dbname", \.database, isRequired: true, means: "The application's database."),
    ]
  }

  private static var replication: [Setting<Self>] {
    [
      Setting(
        "replication", "password", \.replicationPassword,
        means: "The password of the role pgautofailover_replicator, where the method asks for one."),
      Setting(
        "replication", "maximum_backup_rate", \.maximumBackupRate, .rate,
        means: "The most that a base backup may transfer in a second: 32k to 1024M."),
      Setting(
        "replication", "base_backup_command", \.baseBackupCommand,
        means:
          "A command of the shell that makes a base backup in $PGDATA; empty for pg_basebackup."
      ),
      Setting(
        "replication", "backup_directory", \.backupDirectory, .absolutePath,
        means: "Where base backups are made, on the same file system; empty for beside pgdata."),
    ]
  }

  private static var timeouts: [Setting<Self>] {
    [
      Setting(
        "timeout", "network_partition_timeout", \.networkPartitionTimeout, 1...3600,
        means: "How long a primary goes on that hears neither the monitor nor a standby."),
      Setting(
        "timeout", "postgresql_restart_failure_timeout", \.restartFailureTimeout, 1...3600,
        means: "For how long a crashed server is restarted before the monitor is told."),
      Setting(
        "timeout", "postgresql_restart_failure_max_retries", \.restartFailureMaxRetries, 0...1000,
        means: "How often a crashed server is restarted before the monitor is told."),
    ]
  }
}
