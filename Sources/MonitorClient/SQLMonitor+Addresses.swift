internal import PostgresClient

/// The encryption that a formation's URI asks its clients for: libpq's words.
public struct ClientEncryption: Sendable, Equatable {
  public var sslMode: String
  /// The file with the root certificate; "" for none, so for the next.
  public var rootCertificate: String
  /// The file with the certificate revocation list.
  public var revocationList: String

  public init(
    sslMode: String = "prefer", rootCertificate: String = "", revocationList: String = ""
  ) {
    self.sslMode = sslMode
    self.rootCertificate = rootCertificate
    self.revocationList = revocationList
  }

  fileprivate var parameters: [String?] { [sslMode, rootCertificate, revocationList] }
}

/// A connection string under its name: `monitor`, or `formation` and which one.
public struct NamedURI: Sendable, Equatable, Codable {
  public var type: String
  public var name: String
  public var uri: String

  public init(type: String, name: String, uri: String) {
    self.type = type
    self.name = name
    self.uri = uri
  }
}

/// The version of the monitor's extension.
public struct ExtensionVersion: Sendable, Equatable {
  /// What the files on the monitor's host provide.
  public var provided: String
  /// What the monitor's database runs; `nil` when the extension is not created there.
  public var installed: String?

  public init(provided: String, installed: String?) {
    self.provided = provided
    self.installed = installed
  }
}

extension SQLMonitor {
  /// The connection string of a formation; `nil` when it has no nodes or does not exist.
  public func formationURI(
    formation: String, encryption: ClientEncryption = ClientEncryption()
  ) async throws(MonitorError) -> String? {
    try await askOne(
      "SELECT pgautofailover.formation_uri($1, 'default', $2, $3, $4) AS uri",
      [formation] + encryption.parameters
    ) { row throws(PostgresError) in row["uri"].flatMap { $0.isEmpty ? nil : $0 } }
  }

  /// The monitor's URI as given, and those of all formations that have nodes.
  public func allURIs(
    monitorURI: String, encryption: ClientEncryption = ClientEncryption()
  ) async throws(MonitorError) -> [NamedURI] {
    let formations = try await askAll(
      """
      SELECT f.formationid AS name,
             pgautofailover.formation_uri(f.formationid, 'default', $1, $2, $3) AS uri
      FROM pgautofailover.formation AS f ORDER BY f.formationid
      """, encryption.parameters
    ) { row throws(PostgresError) in
      NamedURI(type: "formation", name: try row.text("name"), uri: row["uri"] ?? "")
    }
    return [NamedURI(type: "monitor", name: "monitor", uri: monitorURI)]
      + formations.filter { !$0.uri.isEmpty }
  }

  /// The version of the extension; `notAMonitor` when the monitor's host lacks its files.
  public func extensionVersion() async throws(MonitorError) -> ExtensionVersion {
    let known = try await askAll(
      """
      SELECT default_version, installed_version FROM pg_available_extensions WHERE name = $1
      """, ["pgautofailover"]
    ) { row throws(PostgresError) in
      ExtensionVersion(
        provided: try row.text("default_version"), installed: row["installed_version"])
    }
    guard let version = known.first else {
      throw MonitorError(
        code: .notAMonitor,
        message: "The monitor's host lacks the files of the extension pgautofailover.",
        hint: "Install them there with: make install PG_CONFIG=… (the pg_config of its server).")
    }
    return version
  }
}
