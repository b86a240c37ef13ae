internal import Configuration
internal import Foundation
internal import PostgresClient

/// Why there is no monitor to simulate with.
public struct LaboratoryError: Error, CustomStringConvertible {
  public var description: String
}

/// A PostgreSQL server of the simulation's own, in memory where there is such a directory, and in it
/// a monitor whose clock the simulation turns.
public final class Laboratory {
  private let directory: String
  private let server: ChildProcess
  let session: DirectSession
  /// A second session, for a request that is halted midway; a third that controls both.
  let other: DirectSession
  let control: DirectSession
  /// The channels of what was announced and not asked for yet.
  var unread: Set<String> = []

  /// - Parameters:
  ///   - programs: where `initdb` and `postgres` lie.
  ///   - sql: the monitor's SQL, a directory with a manifest.
  ///   - settings: the monitor's settings that are not the defaults, such as
  ///     `node_considered_unhealthy_timeout`.
  public init(programs: String, sql: String, settings: [String: String] = [:]) throws {
    let place = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
    Self.removeLeftovers(in: place)
    let directory =
      "\(place)/pgautofailover-simulation.\(getpid()).\(UInt32.random(in: 0...UInt32.max))"
    self.directory = directory
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: false,
      attributes: [.posixPermissions: 0o777])
    chmod(directory, 0o777)
    do {
      server = try Self.begin(directory, programs, settings)
      let target = ConnectionString(["host": directory, "user": "postgres", "dbname": "postgres"])
      session = try Self.connect(target)
      other = try DirectSession(target)
      control = try DirectSession(target)
      try session.script(try Self.script(sql))
      try session.script(Self.preparation)
      try session.script("LISTEN simulation; LISTEN state")
      try session.script((1...64).map { "LISTEN node_\($0)" }.joined(separator: ";"))
      try control.query("SELECT pg_advisory_lock(7777)")
    } catch {
      let log = (try? String(contentsOfFile: "\(directory)/log", encoding: .utf8)) ?? ""
      try? FileManager.default.removeItem(atPath: directory)
      throw LaboratoryError(
        description: "There is no monitor to simulate with: \(error)\n\(log.suffix(2000))")
    }
  }

  deinit {
    server.quit()
    try? FileManager.default.removeItem(atPath: directory)
  }

  /// Empty tables, as at the beginning.
  func clear() throws {
    try session.script(
      """
      DELETE FROM pgautofailover.registered_node;
      DELETE FROM pgautofailover.node_group;
      DELETE FROM pgautofailover.event;
      UPDATE pgautofailover.formation SET number_sync_standbys = 0, stays_at_zero = false, dbname = 'app';
      ALTER SEQUENCE pgautofailover.registered_node_nodeid_seq RESTART;
      ALTER SEQUENCE pgautofailover.event_eventid_seq RESTART;
      ALTER SEQUENCE pgautofailover.synchronous_set_setid_seq RESTART;
      """)
    for session in [session, other] {
      try session.query("SELECT set_config('pgautofailover.test_start', '', false)")
      try session.query("SELECT set_config('simulation.pause_after', '', false)")
    }
    try forgetSettings()
    _ = heardChannels()
  }

  /// The settings in which a session keeps what it knows from call to call: the health worker's, and a standby's.
  static let sessionSettings = [
    "pgautofailover_beat.announces_at", "pgautofailover_beat.clock_is_settled",
    "pgautofailover_beat.left_news", "pgautofailover_beat.looked_at",
    "pgautofailover_beat.looked_until", "pgautofailover_beat.next_ms",
    "pgautofailover_beat.waits_since", "pgautofailover_session.rehearses_at",
  ]

  /// What a session keeps from call to call ends with it.
  func forgetSettings() throws(PostgresError) {
    for session in [session, other] {
      for name in Self.sessionSettings {
        try session.query("SELECT set_config($1, '', false)", [name])
      }
    }
  }

  /// Removes what many days have left in the tables.
  func tidy() throws {
    for table in ["registered_node", "node_group", "node_report", "synchronous_set", "event"] {
      try session.script("VACUUM pgautofailover.\(table)")
    }
  }

  private static func begin(
    _ directory: String, _ programs: String, _ settings: [String: String]
  ) throws -> ChildProcess {
    let log = "\(directory)/log"
    let creation = try ChildProcess(
      [
        "\(programs)/initdb", "-D", "\(directory)/data", "-U", "postgres", "-A", "trust", "-E",
        "UTF8", "--locale=C", "--no-sync", "--no-instructions",
      ], output: log)
    guard creation.wait() else { throw LaboratoryError(description: "initdb failed.") }
    let others = settings.sorted { $0.key < $1.key }.map { "pgautofailover.\($0) = '\($1)'\n" }
    try (Self.settings(directory) + "\n" + others.joined()).write(
      toFile: "\(directory)/settings.conf", atomically: false, encoding: .utf8)
    return try ChildProcess(
      ["\(programs)/postgres", "-c", "config_file=\(directory)/settings.conf"], output: log)
  }

  /// Removes what simulations that were killed have left.
  private static func removeLeftovers(in place: String) {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    for entry in entries where entry.hasPrefix("pgautofailover-simulation.") {
      guard let pid = entry.split(separator: ".").dropFirst().first.flatMap({ pid_t($0) }),
        kill(pid, 0) != 0, errno == ESRCH
      else { continue }
      try? FileManager.default.removeItem(atPath: "\(place)/\(entry)")
    }
  }

  /// Connects as soon as the server answers.
  private static func connect(_ target: ConnectionString) throws -> DirectSession {
    let began = ContinuousClock.now
    while true {
      do {
        return try DirectSession(target)
      } catch {
        if ContinuousClock.now - began > .seconds(30) { throw error }
        usleep(20_000)
      }
    }
  }

  private static func settings(_ directory: String) -> String {
    """
    data_directory = '\(directory)/data'
    hba_file = '\(directory)/data/pg_hba.conf'
    ident_file = '\(directory)/data/pg_ident.conf'
    shared_preload_libraries = 'pgautofailover'
    pgautofailover.database = 'nobody_is_here'
    listen_addresses = ''
    unix_socket_directories = '\(directory)'
    timezone = 'UTC'
    fsync = off
    synchronous_commit = off
    full_page_writes = off
    wal_level = minimal
    max_wal_senders = 0
    max_wal_size = 256MB
    shared_buffers = 32MB
    autovacuum = off
    jit = off
    max_parallel_workers = 0
    deadlock_timeout = 1ms
    plan_cache_mode = force_generic_plan
    """
  }

  private static let ofTheExtension = [
    "dump.sql", "predicates/steady_clock.sql", "foresight/release_memory.sql",
  ]

  /// The SQL of the manifest, but for what only an extension may say, as the functions of its library are.
  private static func script(_ directory: String) throws -> String {
    let manifest = try String(contentsOfFile: "\(directory)/manifest", encoding: .utf8)
    let names = manifest.split(separator: "\n").map { $0.prefix { $0 != "#" } }
      .map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty && !ofTheExtension.contains($0) }
    let files = try names.map { try String(contentsOfFile: "\(directory)/\($0)", encoding: .utf8) }
    return """
      CREATE SCHEMA pgautofailover;
      CREATE FUNCTION pgautofailover.steady_clock() RETURNS timestamptz LANGUAGE sql RETURN clock_timestamp();
      CREATE FUNCTION pgautofailover.release_memory() RETURNS void LANGUAGE sql AS '';
      """ + files.joined(separator: "\n")
  }
}
