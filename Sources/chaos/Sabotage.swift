internal import TestSupport

/// Ways to break the system behind its back, so that the laboratory must find it.
enum Sabotage: String, CaseIterable {
  /// Commits no longer wait for standbys, and the primary's host is lost while they are behind.
  case asynchronous
  /// The keeper of a primary that is cut off does not stop it, and its commits do not wait.
  case unfenced
  /// A standby is promoted by hand.
  case promoted
  /// A slot is left lying about, which holds the log back, and a setting, sessions, files, and a
  /// server that nobody keeps.
  case leaking

  init?(named name: String?) throws {
    guard let name else { return nil }
    guard let sabotage = Self(rawValue: name) else {
      let known = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw Hopeless("SABOTAGE is \(name); it can be \(known).")
    }
    self = sabotage
  }

  /// Does it, and lets what follows from it take its course.
  func strike(_ scene: Scene) async throws {
    let (primary, standby) = (scene.primary, scene.standbys[0])
    switch self {
    case .asynchronous:
      try await commitAlone(primary)
      // The standbys receive nothing for a moment, and commits go on.
      for standby in scene.standbys { try await primary.host.cutLink(to: standby.host) }
      try await Task.sleep(for: .seconds(2))
      try await primary.host.powerOff()
      for standby in scene.standbys { try await primary.host.healLink(to: standby.host) }
      try await Task.sleep(for: .seconds(15))
    case .unfenced:
      try await commitAlone(primary)
      try await primary.keeper.signal("STOP")
      for host in scene.standbys.map(\.host) + [scene.cluster.monitor.host] {
        try await primary.host.cutLink(to: host)
      }
      try await Task.sleep(for: .seconds(15))
    case .promoted:
      try await standby.keeper.signal("STOP")
      try await standby.host.succeed([Paths.pgctl, "promote", "-D", standby.directory])
      // Its primary waits for it until it is taken for lost, and acknowledges on the earlier timeline from then on.
      try await eventually("the primary goes on alone", within: .seconds(30)) {
        let names = try await primary.sql("show synchronous_standby_names")
        guard names.isEmpty else { throw NotYet(names) }
      }
      try await Task.sleep(for: .seconds(2))
    case .leaking:
      try await primary.sql("alter system set work_mem = '5MB'")
      try await primary.sql("select pg_create_physical_replication_slot('forgotten', true)")
      for _ in 1...24 {
        try await primary.sql("select pg_logical_emit_message(false, 'chaos', ''), pg_switch_wal()")
      }
      for number in 1...12 {
        _ = try await primary.host.start(
          "session-\(number)",
          ["psql", "-h", "/run/postgresql", "-d", "postgres", "-c", "select pg_sleep(600)"])
      }
      try await standby.host.succeed(
        ["sh", "-c", "\(Paths.postgresPrograms)/initdb -A trust -D orphan >orphan.log"])
      _ = try await standby.host.start(
        "orphan", ["\(Paths.postgresPrograms)/postgres", "-D", "orphan", "-p", "5999"])
      try await Task.sleep(for: .seconds(3))
    }
  }

  /// New sessions commit without waiting for anybody.
  private func commitAlone(_ primary: Node) async throws {
    try await primary.sql("alter database postgres set synchronous_commit = local")
    try await primary.sql(
      "select pg_terminate_backend(pid) from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
    )
    try await Task.sleep(for: .seconds(1))
  }
}
