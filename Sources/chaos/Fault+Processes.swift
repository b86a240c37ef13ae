internal import TestSupport

/// Processes that are killed or frozen.
extension Fault {
  static let processes: [Fault] = [
    killed("the primary's postmaster killed", .primary, "postgres", oldest: true),
    killed("a standby's postmaster killed", .standby, "postgres", oldest: true),
    killed("a backend of the primary killed", .primary, "^postgres: .* [0-9.]+\\([0-9]+\\)"),
    killed("the primary's checkpointer killed", .primary, "^postgres: checkpointer"),
    killed("a walsender killed", .primary, "^postgres: walsender"),
    killed("a walreceiver killed", .standby, "^postgres: walreceiver"),
    killed("a standby's startup process killed", .standby, "^postgres: startup"),
    killed("the primary's keeper killed", .primary, "pg_autoctl", oldest: true),
    killed("a standby's keeper killed", .standby, "pg_autoctl", oldest: true),
    killed("the monitor's postmaster killed", .monitor, "postgres", oldest: true),
    killed("the monitor's service killed", .monitor, "pg_autoctl", oldest: true),
    killed("the health worker killed", .monitor, "health worker"),
    frozen("the primary's PostgreSQL frozen", .primary, ["postgres"]),
    frozen("a standby's PostgreSQL frozen", .standby, ["postgres"]),
    frozen("the primary's keeper frozen", .primary, ["pg_autoctl"]),
    frozen("a standby's keeper frozen", .standby, ["pg_autoctl"]),
    frozen("a walsender frozen", .primary, ["-f", "^postgres: walsender"]),
    frozen("a walreceiver frozen", .standby, ["-f", "^postgres: walreceiver"]),
    frozen("a standby's startup process frozen", .standby, ["-f", "^postgres: startup"]),
    frozen("the primary's checkpointer frozen", .primary, ["-f", "^postgres: checkpointer"]),
    frozen("the primary's walwriter frozen", .primary, ["-f", "^postgres: walwriter"]),
    frozen("the monitor's PostgreSQL frozen", .monitor, ["postgres"]),
    frozen("the monitor's service frozen", .monitor, ["pg_autoctl"]),
    frozen("the health worker frozen", .monitor, ["-f", "health worker"]),
  ]

  private static func killed(
    _ name: String, _ role: Role, _ pattern: String, oldest: Bool = false
  ) -> Fault {
    Fault(name: name) { scene, _ in
      // The oldest of the name is the postmaster, or the keeper.
      let words = oldest ? ["-o", "-x", pattern] : ["-o", "-f", pattern]
      try await scene[role].host.succeed(["pkill", "-KILL"] + words, asRoot: true)
    }
  }

  private static func frozen(_ name: String, _ role: Role, _ words: [String]) -> Fault {
    Fault(
      name: name,
      strike: { scene, _ in
        try await scene[role].host.succeed(["pkill", "-STOP"] + words, asRoot: true)
      },
      heal: { scene in
        _ = try? await scene[role].host.run(["pkill", "-CONT"] + words, asRoot: true)
      })
  }
}
