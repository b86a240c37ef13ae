internal import Configuration
internal import Glibc
internal import ServerControl

/// Is what a configuration says of this host's files and server so?
struct FileFindings {
  let server: ServerConfiguration
  let ssl: SSLConfiguration
  /// The configuration file.
  let path: String

  func all() async -> [Finding] {
    var findings = [privacy].compactMap { $0 }
    let programs = await programs()
    findings.append(programs.finding)
    findings.append(dataDirectory(programs.majorVersion))
    findings.append(running)
    return findings + certificates
  }

  /// It can hold a password, which is nobody else's business.
  private var privacy: Finding? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & 0o077 != 0 else { return nil }
    return .problem(
      "configuration", "Others than its owner may read or write \(path).",
      hint: "Run: chmod 600 \(path)", .badConfiguration)
  }

  private func programs() async -> (finding: Finding, majorVersion: Int?) {
    do throws(ServerError) {
      let programs = try await PostgresPrograms.locate(pgctl: server.pgCtl, searchPath: "")
      return (
        .well("pg_ctl", "\(server.pgCtl) is of PostgreSQL \(programs.version)"),
        programs.majorVersion
      )
    } catch {
      return (
        .problem(
          "pg_ctl", error.message,
          hint: "Correct postgresql.pg_ctl, or install that version of PostgreSQL again.",
          .badConfiguration), nil
      )
    }
  }

  private func dataDirectory(_ majorVersion: Int?) -> Finding {
    guard let text = try? DurableFile.read(server.pgdata + "/PG_VERSION") else {
      return .problem(
        "data directory",
        "There is no PostgreSQL server in \(server.pgdata), or it cannot be read.",
        hint: "Run this command as the user who owns it; or finish what was begun with: "
          + "pg_autoctl create.", .server)
    }
    let version = text.filter { !$0.isWhitespace }
    guard let majorVersion, version != "\(majorVersion)" else {
      return .well("data directory", "\(server.pgdata) is of PostgreSQL \(version)")
    }
    return .problem(
      "data directory",
      "\(server.pgdata) is of PostgreSQL \(version), and the programs of \(majorVersion).",
      hint: "Name the pg_ctl of PostgreSQL \(version) in postgresql.pg_ctl.", .badConfiguration)
  }

  /// A server that runs must be where the file says.
  private var running: Finding {
    guard let found = RunningServer(in: server.pgdata) else {
      return .problem(
        "server", "No server runs in \(server.pgdata).",
        hint: "Look at the service with: pg_autoctl status --pgdata \(server.pgdata).", .server)
    }
    guard found.port == server.port else {
      return .problem(
        "server", "It listens on port \(found.port), and postgresql.port is \(server.port).",
        hint: "Set postgresql.port to \(found.port), or start the service again.",
        .badConfiguration)
    }
    guard found.socketDirectory == server.socketDirectory else {
      return .problem(
        "server",
        "Its socket lies in \(found.socketDirectory), and postgresql.socket_directory is "
          + "\(server.socketDirectory).",
        hint: "Set postgresql.socket_directory to \(found.socketDirectory), or start the service "
          + "again.", .badConfiguration)
    }
    guard found.isReady else {
      return .problem(
        "server", "It runs with process id \(found.process), and is not ready.",
        hint: "Look into the server's log in \(server.pgdata)/log.", .server)
    }
    return .well("server", "it runs with process id \(found.process) on port \(found.port)")
  }

  private var certificates: [Finding] {
    guard ssl.isActive else { return [] }
    let files = [
      ("ssl.cert_file", ssl.certFile), ("ssl.key_file", ssl.keyFile), ("ssl.ca_file", ssl.caFile),
      ("ssl.crl_file", ssl.crlFile),
    ]
    return files.filter { !$0.1.isEmpty }.map { setting, file in
      guard access(file, R_OK) == 0 else {
        let reason = String(cString: strerror(errno))
        return .problem(
          setting, "\(file) cannot be read: \(reason).",
          hint: "Correct \(setting), or the owner of that file.", .badConfiguration)
      }
      return .well(setting, "\(file) can be read")
    }
  }
}

/// Where base backups are to be made: a rename puts them in their place.
struct BackupFindings {
  let keeper: KeeperConfiguration

  func all() -> [Finding] {
    if keeper.backupDirectory.isEmpty { return [] }
    let parent = keeper.server.pgdata.lastIndex(of: "/").map { keeper.server.pgdata[..<$0] } ?? ""
    var (backup, data) = (stat(), stat())
    guard stat(keeper.backupDirectory, &backup) == 0 else { return [] }
    guard stat(parent.isEmpty ? "/" : String(parent), &data) == 0, backup.st_dev != data.st_dev
    else {
      return [.well("replication.backup_directory", "it lies on the data directory's file system")]
    }
    return [
      .problem(
        "replication.backup_directory",
        "\(keeper.backupDirectory) lies on another file system than \(keeper.server.pgdata).",
        hint: "Name a directory on the same file system, or none.", .badConfiguration)
    ]
  }
}
