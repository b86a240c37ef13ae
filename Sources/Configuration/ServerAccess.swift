/// How clients prove who they are: the method of the lines in `pg_hba.conf`.
public enum AuthenticationMethod: String, CaseIterable, Sendable {
  case trust
  case scramSHA256 = "scram-sha-256"
  case md5
  case cert
}

/// How much a client demands of an encrypted connection: libpq's `sslmode`.
public enum SSLMode: String, CaseIterable, Sendable {
  case disable
  case allow
  case prefer
  case require
  case verifyCA = "verify-ca"
  case verifyFull = "verify-full"
}

/// Encryption of connections, of a server and towards it.
public struct SSLConfiguration: Sendable, Equatable {
  /// Does the server offer it?
  public var isActive = false
  public var mode = SSLMode.prefer
  /// Did this program make the certificate?
  public var isSelfSigned = false
  /// Paths of certificates and keys; "" for none.
  public var caFile = ""
  public var crlFile = ""
  public var certFile = ""
  public var keyFile = ""

  public init() {}
}

/// What the configurations of a monitor and of a node have in common: their server.
public struct ServerConfiguration: Sendable, Equatable {
  public var pgdata = ""
  /// The `pg_ctl` to use; the other programs lie beside it.
  public var pgCtl = ""
  public var port = 5432
  public var socketDirectory = ""
  public var listenAddresses = "*"
  public var authentication = AuthenticationMethod.scramSHA256
  /// Is `pg_hba.conf` left to its owner?
  public var skipsHostBasedAccess = false

  public init() {}
}

/// A configuration with a server and its encryption.
protocol ServerConfigurable: Configurable {
  var hostname: String { get set }
  var server: ServerConfiguration { get set }
  var ssl: SSLConfiguration { get set }
}

extension ServerConfigurable {
  static var serverSettings: [Setting<Self>] {
    [
      Setting(
        "postgresql", "pgdata", \.server.pgdata, .absolutePath, isRequired: true,
        means: "The data directory."
      )
      .applied(by: .creation),
      Setting(
        "postgresql", "pg_ctl", \.server.pgCtl, .absolutePath, isRequired: true,
        means: "The pg_ctl to use; PostgreSQL's other programs lie beside it."),
      Setting(
        "postgresql", "port", \.server.port, 1...65535,
        means: "The port that the server listens on."),
      Setting(
        "postgresql", "socket_directory", \.server.socketDirectory, .absolutePath, isRequired: true,
        means: "Where the server's socket lies, through which this program connects."),
      Setting(
        "postgresql", "listen_addresses", \.server.listenAddresses,
        means: "The addresses that the server listens on."),
      Setting(
        "postgresql", "auth_method", \.server.authentication,
        means: "The method of the lines that this program adds to pg_hba.conf."
      )
      .applied(by: .reload),
      Setting(
        "postgresql", "skip_pg_hba", \.server.skipsHostBasedAccess,
        means: "Leave pg_hba.conf alone; its owner writes the lines."
      )
      .applied(by: .reload),
    ]
  }

  static var sslSettings: [Setting<Self>] {
    [
      Setting("ssl", "active", \.ssl.isActive, means: "Does the server offer encryption?"),
      Setting(
        "ssl", "sslmode", \.ssl.mode, means: "How much encryption clients of this system demand."),
      Setting(
        "ssl", "self_signed", \.ssl.isSelfSigned,
        means: "Did this program make the certificate? Then it makes a new one before it expires."),
      Setting(
        "ssl", "ca_file", \.ssl.caFile, .absolutePath,
        means: "The certificates of the authorities to trust."),
      Setting(
        "ssl", "crl_file", \.ssl.crlFile, .absolutePath, means: "The certificates that are revoked."
      ),
      Setting(
        "ssl", "cert_file", \.ssl.certFile, .absolutePath, means: "The server's certificate."),
      Setting(
        "ssl", "key_file", \.ssl.keyFile, .absolutePath, means: "The certificate's private key."),
    ]
  }
}
