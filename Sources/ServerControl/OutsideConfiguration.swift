internal import Glibc
public import Logging

/// Configuration files that lie outside of the data directory, as Debian's `pg_createcluster` makes
/// them. A node has its own inside, since they go along with a base backup, and since a demoted primary
/// must not be started by anything but its keeper.
public struct OutsideConfiguration: Sendable, Equatable {
  /// The `postgresql.conf` outside.
  public let file: String

  /// Where Debian keeps the configuration of its clusters; its own tools read the same variable.
  private static var debianRoot: String {
    getenv("PG_CLUSTER_CONF_ROOT").map { String(cString: $0) } ?? "/etc/postgresql"
  }

  /// Settings that name places of the files outside.
  private static let places: Set = [
    "data_directory", "hba_file", "ident_file", "external_pid_file",
  ]

  /// The files of a cluster that has none inside; `nil` when it has, or when nobody knows of any.
  public static func find(for directory: String) throws(ServerError) -> OutsideConfiguration? {
    guard try DataDirectory(path: directory).content() == .cluster,
      !DurableFiles.exists(directory + "/" + ConfigurationFile.name)
    else { return nil }
    if let found = try startedWith(directory) { return found }
    return try debian(directory)
  }

  /// Does a server of this directory run by a `postgresql.conf` that lies outside of it?
  public static func isInUse(by directory: String) throws(ServerError) -> Bool {
    guard Postmaster.living(in: directory) != nil, let file = try startedWith(directory)?.file
    else { return false }
    return DurableFiles.parent(of: file) != DurableFiles.target(of: directory)
  }

  /// The file that the server was started with last: it keeps its words in `postmaster.opts`.
  private static func startedWith(
    _ directory: String
  ) throws(ServerError) -> OutsideConfiguration? {
    let words = try DurableFiles.text(directory + "/postmaster.opts") ?? ""
    for word in words.split(separator: "\"") where word.hasPrefix("config_file=") {
      let file = String(word.dropFirst("config_file=".count))
      if DurableFiles.exists(file) { return OutsideConfiguration(file: file) }
    }
    return nil
  }

  private static func debian(_ directory: String) throws(ServerError) -> OutsideConfiguration? {
    for version in try DurableFiles.entries(of: debianRoot) ?? [] {
      for name in try DurableFiles.entries(of: "\(debianRoot)/\(version)") ?? [] {
        let file = "\(debianRoot)/\(version)/\(name)/\(ConfigurationFile.name)"
        guard let text = try DurableFiles.text(file),
          let place = SettingsFile.value(of: "data_directory", in: text),
          DurableFiles.target(of: place) == DurableFiles.target(of: directory)
        else { continue }
        return OutsideConfiguration(file: file)
      }
    }
    return nil
  }

  /// Copies the files into the data directory, and keeps Debian's own tools from starting the server.
  /// What is outside stays as it is, but for `start.conf`. Cut short, it can be repeated.
  public func bringIn(to directory: String, log: Logger) throws(ServerError) {
    let outside = DurableFiles.parent(of: file)
    let start = outside + "/start.conf"
    if DurableFiles.exists(start) {
      try DurableFiles.keep(
        start, as: "# pg_autoctl runs this cluster, and nothing else may start it.\ndisabled\n")
      log.warning("pg_ctlcluster no longer starts this cluster: \(start) says disabled")
    }
    try copyTree(outside, to: directory)
    let text = try DurableFiles.text(file) ?? ""
    // Last, since it shows that all is there.
    try DurableFiles.keep(
      directory + "/" + ConfigurationFile.name, as: Self.withoutPlaces(text), mode: 0o600)
    log.info("Copied the configuration in \(outside) to \(directory); that one counts from now on")
  }

  private func copyTree(_ outside: String, to directory: String) throws(ServerError) {
    let others = ["start.conf", "pg_ctl.conf", "environment", ConfigurationFile.name]
    for name in try DurableFiles.entries(of: outside) ?? [] where !others.contains(name) {
      let (source, place) = (outside + "/" + name, directory + "/" + name)
      if let inner = try? DurableFiles.entries(of: source) {
        try DurableFiles.makeDirectory(place)
        for file in inner { try DurableFiles.copy(source + "/" + file, to: place + "/" + file) }
      } else {
        try DurableFiles.copy(source, to: place)
      }
    }
  }

  /// The file with the settings that name places outside turned into comments.
  static func withoutPlaces(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let name = line.drop { $0 == " " || $0 == "\t" }
        .prefix { $0.isLetter || $0 == "_" }.lowercased()
      return places.contains(name) ? "#pg_autoctl# " + line : String(line)
    }.joined(separator: "\n")
  }
}
