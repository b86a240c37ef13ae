internal import ArgumentParser
internal import Configuration
internal import MonitorClient
internal import PostgresClient

/// `show uri`: how applications reach a formation, and nodes the monitor.
struct ShowURI: Command {
  static let configuration = CommandConfiguration(
    commandName: "uri", abstract: "Show the connection strings of the monitor and of formations.",
    discussion: """
      With --formation just the URI of that formation is printed. --formation monitor, or --monitor \
      without a value, prints the monitor's own.

      Example: psql "$(pg_autoctl show uri --formation default --pgdata ha)"
      """)

  @OptionGroup var access: MonitorOptions
  @Option(
    name: [.customShort("f"), .long],
    help: "Print just the URI of this formation; \"monitor\" for the monitor's.")
  var formation: String?
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> URIList {
    let own = try monitorURI(in: context)
    if formation == "monitor" {
      return .one(NamedURI(type: "monitor", name: "monitor", uri: own.uri))
    }
    let monitor = try access.client(in: context)
    guard let formation else {
      return .all(try await monitor.allURIs(monitorURI: own.uri, encryption: own.encryption))
    }
    guard
      let uri = try await monitor.formationURI(formation: formation, encryption: own.encryption)
    else {
      try await monitor.requireFormation(formation)
      throw CommandError(
        .monitor, "The formation \"\(formation)\" has no nodes yet.",
        hint: "Create one with: pg_autoctl create postgres --formation \(formation).")
    }
    return .one(NamedURI(type: "formation", name: formation, uri: uri))
  }

  /// The URI under which nodes know the monitor, and the encryption that its clients use.
  private func monitorURI(
    in context: CommandContext
  ) throws -> (uri: String, encryption: ClientEncryption) {
    if access.monitor == nil, access.directory.isNamed(in: context, before: "PG_AUTOCTL_MONITOR") {
      let locations = try access.directory.locations(in: context)
      switch try access.directory.role(at: locations) {
      case .monitor:
        let monitor = try access.directory.monitor(at: locations)
        return (monitor.uri, ClientEncryption(monitor.ssl))
      case .keeper:
        let node = try access.directory.keeper(at: locations)
        return (node.monitor, ClientEncryption(node.ssl))
      }
    }
    let connection = try access.connection(in: context)
    return (
      connection.uri,
      ClientEncryption(
        sslMode: connection["sslmode"] ?? "prefer",
        rootCertificate: connection["sslrootcert"] ?? "",
        revocationList: connection["sslcrl"] ?? "")
    )
  }
}

extension ClientEncryption {
  init(_ ssl: SSLConfiguration) {
    self.init(
      sslMode: ssl.mode.rawValue, rootCertificate: ssl.caFile, revocationList: ssl.crlFile)
  }
}

extension MonitorConfiguration {
  /// The URI under which nodes reach this monitor.
  var uri: String {
    var connection = ConnectionString([
      "user": Self.nodeRole, "host": hostname, "port": "\(server.port)", "dbname": Self.database,
      "sslmode": ssl.mode.rawValue,
    ])
    if !ssl.caFile.isEmpty { connection["sslrootcert"] = ssl.caFile }
    if !ssl.crlFile.isEmpty { connection["sslcrl"] = ssl.crlFile }
    return connection.uri
  }
}
