public import Logging

/// Everything a `LocalServer` needs to know about its server and its place in the group.
public struct ServerSettings: Sendable {
  /// How others prove who they are: the last word of the lines we write to `pg_hba.conf`.
  public enum Authentication: String, Sendable, CaseIterable {
    case trust
    case scramSHA256 = "scram-sha-256"
    case md5
    case certificate = "cert"
  }

  /// Whether and how connections are encrypted.
  public enum Encryption: Sendable, Equatable {
    case off
    /// A certificate of our own making, in the data directory.
    case selfSigned
    /// The operator's files, used where they lie.
    case files(CertificateFiles)
  }

  /// The data directory, an absolute path.
  public var dataDirectory: String
  /// Where `pg_ctl` and its companions lie.
  public var binDirectory: String
  public var port: Int
  /// `listen_addresses`, as PostgreSQL reads it.
  public var listenAddresses: String
  /// The directory of the unix socket that we connect through.
  public var socketDirectory: String
  /// The cluster's superuser, the operating system's user that runs the server.
  public var superuser: String
  /// The role that owns `database`; "" for none.
  public var username: String
  /// The user's database; "postgres" needs no creation.
  public var database: String
  public var authentication: Authentication
  /// Do we keep our lines in `pg_hba.conf`? Otherwise that is the operator's affair.
  public var editsHBA: Bool
  /// The name or address under which the others know this host.
  public var hostname: String
  /// The monitor's host, from where health checks come; `nil` when there is none.
  public var monitorHost: String?
  public var encryption: Encryption
  /// `sslmode` of the connections to the primary; `nil` for the usual one of `encryption`.
  public var sslMode: String?
  /// The password of the replication role; `nil` when none is needed or libpq finds it elsewhere.
  public var replicationPassword: String?
  /// `pg_basebackup --max-rate`, such as `100M`.
  public var maximumBackupRate: String
  /// A command of the shell that makes the base backup in place of `pg_basebackup`; `nil` for none.
  public var baseBackupCommand: String?
  /// The directory in which base backups are made; on the data directory's file system. `nil` for
  /// the data directory's parent.
  public var backupDirectory: String?
  /// Where it is noted that a rewind is under way; outside the data directory, since the rewind
  /// rewrites that. `nil` for a place beside the data directory.
  public var rejoinDirectory: String?
  /// This node's id, once it is registered.
  public var nodeID: Int64?
  /// Further settings for our file of defaults, such as a monitor's `shared_preload_libraries`.
  public var additionalSettings: [String: String]
  /// Further lines for our part of `pg_hba.conf`.
  public var additionalAccess: [AccessRule]
  /// Programs are started through this prefix; tests use it to leave root.
  public var launchPrefix: [String]
  /// Silent unless one is given.
  public var logger: Logger

  public init(
    dataDirectory: String, binDirectory: String, port: Int, superuser: String,
    hostname: String,
    logger: Logger = Logger(label: "server", factory: { _ in SwiftLogNoOpLogHandler() })
  ) {
    self.dataDirectory = dataDirectory
    self.binDirectory = binDirectory
    self.port = port
    self.superuser = superuser
    self.hostname = hostname
    self.logger = logger
    listenAddresses = "*"
    socketDirectory = "/tmp"
    username = ""
    database = "postgres"
    authentication = .scramSHA256
    editsHBA = true
    encryption = .off
    maximumBackupRate = "100M"
    additionalSettings = [:]
    additionalAccess = []
    launchPrefix = []
  }

  /// `sslmode` in effect.
  public var effectiveSSLMode: String {
    if let sslMode { return sslMode }
    return switch encryption {
    case .off: "prefer"
    case .selfSigned: "require"
    case .files: "verify-full"
    }
  }
}

/// The operator's certificate, its key, and whom to believe; absolute paths.
public struct CertificateFiles: Sendable, Equatable {
  public var authority: String?
  public var certificate: String
  public var key: String
  public var revocationList: String?

  public init(
    authority: String?, certificate: String, key: String, revocationList: String? = nil
  ) {
    self.authority = authority
    self.certificate = certificate
    self.key = key
    self.revocationList = revocationList
  }
}
