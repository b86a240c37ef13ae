internal import Configuration

/// A unit for systemd that runs the service of a data directory.
struct SystemdUnit: Displayable, Equatable {
  /// Absolute paths.
  var pgdata: String
  var program: String
  /// The owner of the data directory.
  var user: String
  /// What the program needs in order to find its files.
  var environment: [String: String]

  var text: String {
    let variables = ["PGDATA"] + FileLocations.variables
    let settings = variables.compactMap { name in
      (name == "PGDATA" ? pgdata : environment[name])
        .map { "Environment=" + Self.quoted("\(name)=\($0)") + "\n" }
    }
    return """
      [Unit]
      Description=\(Self.escaped("pg_auto_failover for \(pgdata)"))
      Wants=network-online.target
      After=network-online.target
      RequiresMountsFor=\(Self.quoted(pgdata))
      StartLimitIntervalSec=0

      [Service]
      Type=notify
      User=\(Self.escaped(user))
      \(settings.joined())\
      ExecStart=\(Self.command(program)) run
      ExecReload=\(Self.command(program)) reload
      # PostgreSQL outlives the keeper: only the keeper is told to stop, and it stops its server.
      KillMode=process
      TimeoutStopSec=70
      # A keeper that hangs is killed and started again; it adopts the server, which goes on.
      WatchdogSec=60
      Restart=always
      RestartSec=1
      # A node that was dropped, or that must be repaired by hand, stays down.
      RestartPreventExitStatus=\(ExitCodes.dropped.rawValue) \(ExitCodes.fatal.rawValue)
      # Neither pg_autoctl nor PostgreSQL needs any of this; an archive_command that uses sudo does.
      CapabilityBoundingSet=
      LockPersonality=yes
      PrivateDevices=yes
      ProtectClock=yes
      ProtectControlGroups=yes
      ProtectHostname=yes
      ProtectKernelLogs=yes
      ProtectKernelModules=yes
      ProtectKernelTunables=yes
      \(pgdata.hasPrefix("/usr/") ? "" : "ProtectSystem=yes\n")\
      RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
      RestrictNamespaces=yes
      RestrictRealtime=yes
      RestrictSUIDSGID=yes
      SystemCallArchitectures=native

      [Install]
      WantedBy=multi-user.target

      """
  }

  var json: JSONValue { .object([.init("unit", .text(text))]) }

  /// Percent signs are specifiers in unit files.
  private static func escaped(_ text: String) -> String {
    String(text.map { $0.isNewline ? " " : $0 }).replacing("%", with: "%%")
  }

  private static func quoted(_ text: String) -> String {
    let escaped = escaped(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"\(escaped)\""
  }

  /// The path of a program; in command lines the dollar sign is special too.
  private static func command(_ path: String) -> String {
    path.contains(where: { " \"'\\$%;".contains($0) })
      ? quoted(path).replacing("$", with: "$$") : path
  }
}
