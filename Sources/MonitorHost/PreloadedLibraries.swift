internal import Configuration
internal import ServerControl

/// Adds our library to those that the operator's own settings load.
///
/// Our defaults stand at the top of `postgresql.conf`, where the operator's line below wins. Where it
/// names other libraries, a small file of ours below it names them together with our own.
struct PreloadedLibraries {
  static let fileName = "postgresql-auto-failover-monitor.conf"

  let directory: String

  /// Writes the file and its include. The server must be restarted for it to count.
  func append(to others: [String]) throws(ConfigurationError) {
    let names = (others + [ServerSettings.monitorLibrary])
      .map { "\"\($0.replacing("'", with: "''"))\"" }.joined(separator: ",")
    try DurableFile.write(
      """
      # Written by pg_autoctl: the libraries that were loaded before, and that of the monitor.
      shared_preload_libraries = '\(names)'

      """, to: "\(directory)/\(Self.fileName)")
    let path = "\(directory)/postgresql.conf"
    let content = try DurableFile.read(path)
    let include = "include '\(Self.fileName)'"
    guard !content.contains(include) else { return }
    let end = content.hasSuffix("\n") ? "" : "\n"
    try DurableFile.write(
      "\(content)\(end)\(include)  # pg_autoctl: the monitor's library\n", to: path)
  }
}
