public import Configuration
public import Logging
public import ServerControl

extension ServerSettings {
  /// The library that the monitor's server loads when it starts.
  static let monitorLibrary = "pgautofailover"

  /// The settings of a monitor's server.
  ///
  /// Nodes may connect from the networks of this host and from the host itself; who lives elsewhere
  /// needs a line in `pg_hba.conf`.
  public init(monitor configuration: MonitorConfiguration, superuser: String, logger: Logger) {
    let server = configuration.server
    self.init(
      dataDirectory: server.pgdata, binDirectory: server.binDirectory, port: server.port,
      superuser: superuser, hostname: configuration.hostname, logger: logger)
    listenAddresses = server.listenAddresses
    socketDirectory = server.socketDirectory
    authentication = Authentication(server.authentication)
    editsHBA = !server.skipsHostBasedAccess
    encryption = configuration.ssl.encryption
    sslMode = configuration.ssl.mode.rawValue
    additionalSettings = ["shared_preload_libraries": Self.monitorLibrary]
    additionalAccess = ["samenet", "127.0.0.1/32", "::1/128"].map { host in
      AccessRule(
        database: .named(MonitorConfiguration.database), role: MonitorConfiguration.nodeRole,
        includesMembers: true, host: host, isNetwork: true)
    }
  }
}

extension ServerConfiguration {
  /// Where `pg_ctl` and the other programs lie.
  public var binDirectory: String {
    pgCtl.lastIndex(of: "/").map { String(pgCtl[..<$0]) } ?? "."
  }
}

extension ServerSettings.Authentication {
  /// The same method, as the configuration names it.
  public init(_ method: AuthenticationMethod) {
    self =
      switch method {
      case .trust: .trust
      case .scramSHA256: .scramSHA256
      case .md5: .md5
      case .cert: .certificate
      }
  }
}

extension SSLConfiguration {
  /// The same, as the server's control names it.
  public var encryption: ServerSettings.Encryption {
    if !isActive { return .off }
    if isSelfSigned { return .selfSigned }
    return .files(
      CertificateFiles(
        authority: caFile.isEmpty ? nil : caFile, certificate: certFile, key: keyFile,
        revocationList: crlFile.isEmpty ? nil : crlFile))
  }
}
