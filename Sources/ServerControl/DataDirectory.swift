/// The files of a cluster that decide what it is.
struct DataDirectory: Sendable {
  var path: String

  /// What is at the path.
  enum Content: Sendable, Equatable {
    /// Nothing, or an empty directory.
    case nothing
    /// A cluster.
    case cluster
    /// Something else.
    case foreign
  }

  /// Looks at what is there. A file system's own `lost+found` counts as nothing.
  func content() throws(ServerError) -> Content {
    guard let entries = try DurableFiles.entries(of: path) else { return .nothing }
    if entries.contains("PG_VERSION"), DurableFiles.exists(path + "/global/pg_control") {
      return .cluster
    }
    return entries.allSatisfy { $0 == "lost+found" } ? .nothing : .foreign
  }

  /// The major version of PostgreSQL that made it; 0 when there is nothing.
  func majorVersion() throws(ServerError) -> Int {
    let version = try DurableFiles.text(path + "/PG_VERSION") ?? ""
    return Int(version.prefix(while: \.isNumber)) ?? 0
  }

  var standbySignal: String { path + "/standby.signal" }

  /// Will the server stay in recovery? We make the file that says so and never remove it: the server
  /// does, when it is promoted, so that no crash in between makes a second primary.
  var isStandby: Bool { DurableFiles.exists(standbySignal) }

  /// Makes the server stay in recovery when it is started, durably.
  func becomeStandby() throws(ServerError) {
    if !isStandby { try DurableFiles.replace(standbySignal, with: [], mode: 0o600) }
  }

  /// A copy that was completed and has never been started.
  var isFreshCopy: Bool { isStandby && DurableFiles.exists(path + "/backup_label") }
}
