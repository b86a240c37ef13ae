internal import Failover
internal import PostgresClient

extension LocalServer {
  public func setStandbyNames(_ names: String) async throws(ServerError) {
    var file = try RoleFile.read(in: directory)
    file.standbyNames = names
    try file.write(in: directory)
    guard process.isAlive else { return }
    try await reload(until: ["synchronous_standby_names": names])
  }

  /// Lets the server read its files, and waits until settings have these values.
  func reload(until values: KeyValuePairs<String, String>) async throws(ServerError) {
    try await withConnection { connection throws(ServerError) in
      try await connection.run("SELECT pg_reload_conf()", atMost: limits.statement)
      for (setting, value) in values {
        let isInForce = try await waiting(
          atMost: limits.reload, every: .milliseconds(5),
          for: { () async throws(ServerError) -> Bool? in
            let now = try await connection.value(
              "SELECT current_setting($1)", [setting], atMost: limits.statement)
            return now == value ? true : nil
          })
        guard isInForce == true else {
          throw ServerError(
            code: .timedOut, message: "The server does not take over a new \(setting).",
            hint: "See its log, and whether postgresql.auto.conf overrules it.")
        }
      }
    }
  }

  public func confirmStandbyNames(_ names: String) async throws(ServerError) {
    guard let wanted = SynchronousStandbyNames(names) else {
      throw ServerError(
        code: .queryFailed, message: "\"\(names)\" is no list of standbys that this system writes.")
    }
    if wanted.count == 0 { return }
    try await passReloadOn()
    let position = try await writeRecord()
    try await withConnection { connection throws(ServerError) in
      let isConfirmed = try await waiting(
        atMost: limits.confirmation,
        for: { () async throws(ServerError) -> Bool? in
          let rows = try await connection.run(
            """
            SELECT DISTINCT application_name FROM pg_stat_replication
            WHERE state = 'streaming' AND flush_lsn >= $1::pg_lsn
            """, [position], atMost: limits.statement)
          let holders = Set(rows.compactMap { $0[0] }).intersection(wanted.names)
          return holders.count >= wanted.count ? true : nil
        })
      guard isConfirmed == true else {
        throw ServerError(
          code: .timedOut,
          message: "No \(wanted.count) of \(wanted.names.joined(separator: ", ")) acknowledged"
            + " the position \(position) within \(limits.confirmation.spelled).",
          hint: "See whether these standbys run and stream from this server.")
      }
    }
  }

  /// Makes sure that the whole server works by the settings in force.
  ///
  /// Whether commits wait at all is switched by the checkpointer, which reads changed settings only
  /// between checkpoints. A checkpoint that was asked for later comes after that. A second one is sure
  /// to have begun after the checkpointer looked, and has next to nothing to do.
  private func passReloadOn() async throws(ServerError) {
    try await withConnection { connection throws(ServerError) in
      for _ in 1...2 { try await connection.run("CHECKPOINT", atMost: limits.checkpoint) }
    }
  }

  /// Writes one more record to the log, waiting for nobody; answers with a position behind it.
  ///
  /// Whoever has flushed this position was sent it after the names came into force, by a sender that
  /// has read them since.
  private func writeRecord() async throws(ServerError) -> String {
    try await withConnection { connection throws(ServerError) in
      try await connection.value(
        "SELECT pg_logical_emit_message(true, 'pg_autoctl', 'confirm')", atMost: limits.statement)
    }
  }
}
