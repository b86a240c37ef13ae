internal import Failover
internal import Logging
internal import PostgresClient

/// Settings that a standby must have at least as large as its primary, since it keeps track of what goes on
/// there. Their names, and those under which the control file has the primary's values.
private let limitsOfAStandby = [
  "max_connections": "max_connections setting",
  "max_worker_processes": "max_worker_processes setting",
  "max_wal_senders": "max_wal_senders setting",
  "max_prepared_transactions": "max_prepared_xacts setting",
  "max_locks_per_transaction": "max_locks_per_xact setting",
]

/// A standby meets the limits of its primary in whatever order a person changes them: where its own
/// configuration says less, the file of its role says as much as the primary has.
extension LocalServer {
  public func meetLimits() async throws(ServerError) {
    let settings = try await withConnection { connection throws(ServerError) -> [Row] in
      try await connection.run(
        """
        SELECT name, setting FROM pg_settings
        WHERE pg_is_in_recovery() AND pg_is_wal_replay_paused()
          AND name = ANY (string_to_array($1, ' '))
        """, [limitsOfAStandby.keys.joined(separator: " ")], atMost: limits.statement)
    }
    if settings.isEmpty { return }
    let demanded = try await controlData().limitsOfAStandby
    let lacking = settings.compactMap { row -> String? in
      guard let name = row[0], let value = row[1].flatMap({ Int($0) }), let least = demanded[name],
        value < least
      else { return nil }
      return "\(name) is \(value) here and \(least) there"
    }
    if lacking.isEmpty { return }
    log.notice(
      "Restarting the standby, which the primary's settings are too large for: \(lacking.sorted())."
    )
    try await stop()
    try await start(as: .standby)
  }

  /// Does an error of a start tell that such a setting is too small?
  static func tellsOfSmallLimits(_ error: ServerError) -> Bool {
    error.message.contains("insufficient parameter settings")
  }

  /// Writes what the configuration has too small into the file of the role. Only while stopped.
  func raiseLimits() async throws(ServerError) {
    var file = try RoleFile.read(in: directory)
    file.limits = [:]
    try file.write(in: directory)
    for (name, least) in try await controlData().limitsOfAStandby {
      let answer = try await configured(name)
      guard answer.succeeded, let own = Int(answer.output) else {
        throw .program("postgres -C \(name)", said: answer.output)
      }
      if own < least { file.limits[name] = least }
    }
    log.notice("The standby takes over limits of its primary: \(file.limits).")
    try file.write(in: directory)
  }
}

extension ControlData {
  /// The primary's values of these settings, by their names.
  var limitsOfAStandby: [String: Int] {
    ServerControl.limitsOfAStandby.compactMapValues { number($0) }
  }
}
