public import Failover
internal import PostgresClient
internal import Synchronization

extension LocalServer {
  public func observe() async -> Observation {
    var seen = await observeServer()
    guard seen.problem == nil, seen.process != .absent else { return seen }
    let place = directory
    seen.problem = await offPool(atMost: limits.observation) { FreeSpace.problem(of: place) } ?? nil
    return seen
  }

  private func observeServer() async -> Observation {
    let place = directory
    let swap = swap
    let look = await offPool(atMost: limits.observation) {
      () -> Result<DirectoryLook, ServerError> in
      Result { () throws(ServerError) in try DirectoryLook(at: place, swap: swap) }
    }
    switch look {
    case nil:
      return Observation(
        process: .unresponsive, problem: "the disk of \(directory) does not answer")
    case .failure(let error):
      return Observation(process: .unresponsive, problem: error.message)
    case .success(.nothing):
      return Observation(process: .absent)
    case .success(.foreign):
      return Observation(
        process: .absent, problem: "\(directory) holds something that is no cluster")
    case .success(.pendingCopy):
      return Observation(process: .stopped, problem: "a complete copy has still to take its place")
    case .success(.stopped):
      return await observeStopped()
    case .success(.living(let postmaster)):
      return await observe(postmaster)
    }
  }

  /// What the control file tells, and why the last start failed.
  private func observeStopped() async -> Observation {
    let last = lastStart.withLock { $0 }
    var seen = Observation(process: last.isUnderWay ? .starting : .stopped)
    seen.problem = last.failure?.message
    do throws(ServerError) {
      let control = try await controlData()
      seen.systemIdentifier = control.systemIdentifier
      seen.timeline = control.timeline
      // Without an orderly end nobody knows where the log ends.
      if control.isCleanlyStopped { seen.position = control.position }
    } catch {
      seen.problem = seen.problem ?? error.message
    }
    if rejoining.exists, seen.problem == nil { seen.problem = "a rewind was cut short" }
    return seen
  }

  /// Asks a server that lives.
  private func observe(_ postmaster: Postmaster) async -> Observation {
    if postmaster.isStopped {
      return Observation(
        process: .unresponsive,
        problem: "the server process \(postmaster.id) was stopped by a signal")
    }
    do throws(PostgresError) {
      var seen = try Observation(try await answer(of: postmaster))
      seen.timeline = newestTimeline.withLock { newest in
        newest = max(newest, seen.timeline)
        return newest
      }
      return seen
    } catch {
      return await observation(of: postmaster, after: error)
    }
  }

  /// A server that did not answer in time is asked once more, in a new session and for a moment: the one that was asked may
  /// stand still alone, or this program did while the time passed, and neither says anything of the server.
  private func answer(of postmaster: Postmaster) async throws(PostgresError) -> [Row] {
    let target = settings.localConnection(to: postmaster, observing: true)
    do throws(PostgresError) {
      return try await observer.rows(
        Self.question, of: postmaster, as: target, atMost: limits.observation)
    } catch {
      guard error.code == .timedOut,
        let rows = try? await observer.rows(
          Self.question, of: postmaster, as: target, atMost: limits.secondObservation)
      else { throw error }
      return rows
    }
  }

  /// What it means that a living server did not answer.
  private func observation(
    of postmaster: Postmaster, after error: PostgresError
  ) async -> Observation {
    // It may have ended meanwhile, or come on with its start.
    guard let now = process.postmaster else { return await observeStopped() }
    if error.sqlState == SQLState.cannotConnectNow {
      return Observation(process: .starting, problem: error.message)
    }
    let isOnItsWay = ["", "starting", "standby", "stopping"].contains(now.status)
    if error.code == .unreachable, error.sqlState == nil, isOnItsWay {
      return Observation(process: .starting)
    }
    let problem =
      now.isStopped ? "the server process \(now.id) was stopped by a signal" : error.message
    return Observation(process: .unresponsive, problem: problem)
  }

  /// Everything in one question, so that it is one moment. There is a row for each connected standby,
  /// and one when there is none.
  private static let question = """
    SELECT own.*, standby.application_name AS standby_name, standby.state AS standby_state,
        standby.sync_state AS standby_sync_state, standby.flush_lsn::text AS standby_flushed,
        standby.reply_time::text AS standby_reply,
        receiver.sender_host, receiver.sender_port, receiver.status AS receiver_status,
        greatest(0, extract(epoch FROM
            clock_timestamp() - receiver.last_msg_receipt_time) * 1000)::bigint AS receiver_silence,
        receiver.last_msg_receipt_time::text AS receiver_message
    FROM (SELECT
            pg_is_in_recovery() AS in_recovery,
            (CASE WHEN pg_is_in_recovery()
                THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                ELSE pg_current_wal_flush_lsn() END)::text AS position,
            CASE WHEN pg_is_in_recovery()
                THEN (SELECT greatest(c.timeline_id, r.min_recovery_end_timeline,
                        (SELECT received_tli FROM pg_stat_wal_receiver))
                      FROM pg_control_checkpoint() c, pg_control_recovery() r)
                ELSE ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int
                END AS timeline,
            (SELECT system_identifier FROM pg_control_system()) AS system_identifier,
            current_setting('synchronous_standby_names') AS standby_names,
            (SELECT setting FROM pg_settings WHERE name = 'recovery_min_apply_delay') AS apply_delay,
            (SELECT string_agg(name, ', ' ORDER BY name) FROM pg_settings
              WHERE name IN ('synchronous_standby_names', 'primary_conninfo', 'primary_slot_name',
                    'default_transaction_read_only')
                AND sourcefile LIKE '%/postgresql.auto.conf'
                AND setting NOT IN ('', 'off')) AS overruled,
            (SELECT string_agg(name, ', ' ORDER BY name) FROM pg_settings
              WHERE pending_restart AND name IN ('wal_level', 'wal_log_hints', 'hot_standby',
                    'max_wal_senders', 'max_replication_slots', 'port', 'listen_addresses'))
              AS pending,
            (SELECT string_agg(slot_name, ', ' ORDER BY slot_name) FROM pg_replication_slots s
              WHERE slot_type = 'logical' AND NOT temporary AND NOT pg_is_in_recovery()
                AND NOT coalesce((to_jsonb(s) ->> 'failover')::bool, false)) AS fragile_slots,
            current_setting('server_version_num')::int >= 170000 AS keeps_slots,
            CASE WHEN pg_is_in_recovery() THEN pg_is_wal_replay_paused() ELSE false END
              AS is_paused) AS own
    LEFT JOIN pg_stat_replication AS standby
        ON standby.application_name ~ '^pgautofailover_standby_[0-9]+$'
    LEFT JOIN pg_stat_wal_receiver AS receiver ON true
    ORDER BY standby.application_name
    """
}

/// What the files of a data directory tell.
private enum DirectoryLook: Sendable {
  case nothing
  case foreign
  case pendingCopy
  case stopped
  case living(Postmaster)

  init(at directory: String, swap: DirectorySwap) throws(ServerError) {
    if let postmaster = Postmaster.living(in: directory) {
      self = .living(postmaster)
      return
    }
    switch try DataDirectory(path: directory).content() {
    case .cluster: self = .stopped
    case .nothing: self = swap.isPending || DurableFiles.exists(swap.old) ? .pendingCopy : .nothing
    case .foreign: self = .foreign
    }
  }
}

extension Observation {
  /// Reads the answer to the question above.
  fileprivate init(_ rows: [Row]) throws(PostgresError) {
    guard let first = rows.first else {
      throw PostgresError(code: .unexpectedResult, message: "The server told nothing of itself.")
    }
    self.init(process: .running)
    isInRecovery = try first.boolean("in_recovery")
    position = first["position"].flatMap { LogPosition($0) } ?? .unknown
    timeline = first["timeline"].flatMap { Int($0) } ?? 0
    systemIdentifier = UInt64(bitPattern: try first.integer("system_identifier"))
    standbyNames = try first.text("standby_names")
    if isInRecovery == true {
      applyDelay = first["apply_delay"].flatMap { Int64($0) }.map { .milliseconds($0) }
    }
    standbys = rows.compactMap(ConnectedStandby.init)
    if let status = first["receiver_status"] {
      receiver = Receiver(
        host: first["sender_host"] ?? "", port: first["sender_port"].flatMap { Int($0) } ?? 0,
        isStreaming: status == "streaming",
        silence: .milliseconds(first["receiver_silence"].flatMap { Int64($0) } ?? 0),
        lastMessage: first["receiver_message"])
    }
    if let names = first["overruled"] {
      problem =
        "postgresql.auto.conf overrules the node's role with \(names);"
        + " take it back with ALTER SYSTEM RESET"
    } else if let names = first["pending"] {
      problem = "the server must be restarted for \(names) to take effect"
    } else if try first.boolean("is_paused") {
      problem = "replay is paused, by pg_wal_replay_pause() or by what the server's log tells"
    } else if let names = first["fragile_slots"] {
      let remedy =
        try first.boolean("keeps_slots")
        ? "create them with failover = true" : "that needs PostgreSQL 17"
      problem = "logical slots do not survive a failover (\(names)): \(remedy)"
    }
  }
}

extension ConnectedStandby {
  fileprivate init?(_ row: Row) {
    guard let name = row["standby_name"] else { return nil }
    self.init(
      name: name, state: row["standby_state"] ?? "", syncState: row["standby_sync_state"] ?? "",
      flushed: row["standby_flushed"].flatMap { LogPosition($0) } ?? .unknown,
      lastReply: row["standby_reply"] ?? "")
  }
}
