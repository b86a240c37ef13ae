internal import Glibc
internal import SystemPackage

/// Where the files of one data directory lie. They follow from the directory and the environment, so
/// that every command finds those that another has written.
public struct FileLocations: Sendable, Equatable {
  /// The data directory, absolute, without symbolic links as far as it exists.
  public let pgdata: String
  /// What people edit: `$XDG_CONFIG_HOME/pg_autoctl/<pgdata>/pg_autoctl.toml`.
  public let configuration: String
  /// What the keeper remembers: `$XDG_DATA_HOME/pg_autoctl/<pgdata>/pg_autoctl.state`.
  public let state: String
  /// What the monitor knew of the node's group, so that another monitor can learn it: beside `state`.
  public let group: String
  /// Who runs: `$XDG_RUNTIME_DIR/pg_autoctl/<pgdata>/pg_autoctl.pid`, in /tmp without that variable.
  public let pid: String
  /// All files that name who runs: the one in /tmp is there in any case, so that a service and a
  /// person whose environments differ find each other.
  public let pidFiles: [String]

  /// Finds the places for a data directory that may be relative to the working directory.
  /// Throws `noHome` when neither `HOME` nor the variable that replaces it is set.
  public init(
    pgdata: String, environment: [String: String], workingDirectory: String
  ) throws(ConfigurationError) {
    let absolute = FilePath(workingDirectory).pushing(FilePath(pgdata)).lexicallyNormalized()
    let resolved = Self.resolved(absolute)
    let folder = FilePath("pg_autoctl").appending(resolved.components)
    self.pgdata = resolved.string
    configuration =
      try Self.home("XDG_CONFIG_HOME", ".config", environment).pushing(folder)
      .appending("pg_autoctl.toml").string
    let data = try Self.home("XDG_DATA_HOME", ".local/share", environment).pushing(folder)
    state = data.appending("pg_autoctl.state").string
    group = data.appending("pg_autoctl.group").string
    func pid(in directory: FilePath) -> String {
      directory.pushing(folder).appending("pg_autoctl.pid").string
    }
    self.pid = pid(in: Self.runtimeDirectory(environment))
    pidFiles = self.pid == pid(in: "/tmp") ? [self.pid] : [self.pid, pid(in: "/tmp")]
  }

  /// The variables that decide where files lie, for the environment of a service.
  public static let variables = ["HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"]

  /// Resolves what exists of the path and leaves the rest as it is, so that creating the directory
  /// does not move the files.
  private static func resolved(_ path: FilePath) -> FilePath {
    guard let pointer = realpath(path.string, nil) else {
      guard let last = path.lastComponent else { return path }
      return resolved(path.removingLastComponent()).appending(last)
    }
    defer { free(pointer) }
    return FilePath(String(cString: pointer))
  }

  private static func home(
    _ variable: String, _ folder: String, _ environment: [String: String]
  ) throws(ConfigurationError) -> FilePath {
    // A relative path in these variables is invalid and to be ignored.
    if let path = environment[variable], path.hasPrefix("/") { return FilePath(path) }
    guard let home = environment["HOME"], home.hasPrefix("/") else {
      throw ConfigurationError(
        code: .noHome, message: "The environment variable HOME is not set.",
        hint: "Set HOME to the home directory of the user who runs PostgreSQL, or set \(variable).")
    }
    return FilePath(home).appending(folder)
  }

  private static func runtimeDirectory(_ environment: [String: String]) -> FilePath {
    if let path = environment["XDG_RUNTIME_DIR"], path.hasPrefix("/"),
      DurableFile.exists(path)
    {
      return FilePath(path)
    }
    return "/tmp"
  }
}
