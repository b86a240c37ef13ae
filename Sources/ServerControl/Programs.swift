internal import Glibc

/// The programs of one PostgreSQL installation.
public struct PostgresPrograms: Sendable, Equatable {
  /// Where they lie.
  public var binDirectory: String
  /// The major version, such as 15.
  public var majorVersion: Int
  /// The version as the programs spell it, such as 15.4.
  public var version: String

  public init(binDirectory: String, majorVersion: Int, version: String) {
    self.binDirectory = binDirectory
    self.majorVersion = majorVersion
    self.version = version
  }

  /// The path of `pg_ctl`.
  public var pgctl: String { binDirectory + "/pg_ctl" }

  /// The oldest version that has what we need.
  public static let oldestMajorVersion = 13

  /// Looks at the `pg_ctl` of this path; when none is given at the first one in `searchPath` (as in
  /// PATH), else at the one that `pg_config` in it tells of. `unusablePrograms` when it is none, or too
  /// old, or comes without its companions.
  public static func locate(
    pgctl: String?, searchPath: String
  ) async throws(ServerError) -> PostgresPrograms {
    let path: String
    if let pgctl { path = pgctl } else { path = try await find(in: searchPath) }
    guard access(path, X_OK) == 0 else {
      throw ServerError(
        code: .unusablePrograms, message: "\(path) is no program that can be run.",
        hint: "Name PostgreSQL's pg_ctl with --pgctl.")
    }
    let real = realpath(path, nil)
    defer { free(real) }
    let binDirectory = DurableFiles.parent(of: real.map { String(cString: $0) } ?? path)
    let runner = ProgramRunner(directory: DurableFiles.parent(of: path), prefix: [])
    let answer = try await runner.run(
      DurableFiles.name(of: path), ["--version"], limit: .seconds(10))
    guard answer.succeeded, let version = version(in: answer.output),
      let major = Int(version.prefix(while: \.isNumber))
    else {
      throw ServerError(
        code: .unusablePrograms, message: "\(path) is no pg_ctl.",
        hint: "Name PostgreSQL's pg_ctl with --pgctl.")
    }
    guard major >= oldestMajorVersion else {
      throw ServerError(
        code: .unusablePrograms, message: "\(path) is of PostgreSQL \(version), which is too old.",
        hint: "Use version \(oldestMajorVersion) or newer.")
    }
    let companions = ["postgres", "initdb", "pg_controldata", "pg_basebackup", "pg_rewind"]
    for name in companions where access(binDirectory + "/" + name, X_OK) != 0 {
      throw ServerError(
        code: .unusablePrograms, message: "There is no \(name) beside \(path).",
        hint: "Install PostgreSQL's server programs, or name another pg_ctl with --pgctl.")
    }
    return PostgresPrograms(binDirectory: binDirectory, majorVersion: major, version: version)
  }

  private static func find(in searchPath: String) async throws(ServerError) -> String {
    let places = searchPath.split(separator: ":").map(String.init)
    if let place = places.first(where: { access($0 + "/pg_ctl", X_OK) == 0 }) {
      return place + "/pg_ctl"
    }
    if let place = places.first(where: { access($0 + "/pg_config", X_OK) == 0 }) {
      let answer = try await ProgramRunner(directory: place, prefix: [])
        .run("pg_config", ["--bindir"], limit: .seconds(10))
      let path = answer.output + "/pg_ctl"
      if answer.succeeded, access(path, X_OK) == 0 { return path }
    }
    throw ServerError(
      code: .unusablePrograms,
      message: "There is no pg_ctl in PATH, and no pg_config that tells of one.",
      hint: "Name PostgreSQL's pg_ctl with --pgctl.")
  }

  /// `pg_ctl (PostgreSQL) 15.4 (Debian …)` says 15.4; anything else is no pg_ctl.
  private static func version(in output: String) -> String? {
    let start = "pg_ctl (PostgreSQL) "
    guard output.hasPrefix(start) else { return nil }
    return String(output.dropFirst(start.count).prefix { !$0.isWhitespace })
  }
}
