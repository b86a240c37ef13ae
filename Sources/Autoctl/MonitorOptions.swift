internal import ArgumentParser
internal import Configuration
internal import Logging
internal import PostgresClient

/// `--monitor`, or PG_AUTOCTL_MONITOR, or what the configuration of `--pgdata` says.
struct MonitorOptions: ParsableArguments {
  @Option(
    name: [.customShort("m"), .long],
    help: .init(
      "The monitor. Default: PG_AUTOCTL_MONITOR, or the configuration of --pgdata.",
      valueName: "uri"))
  var monitor: String?

  @OptionGroup var directory: PgdataOptions

  private static let variable = "PG_AUTOCTL_MONITOR"

  /// The monitor's connection string: what was asked for explicitly goes before the environment.
  func connection(in context: CommandContext) throws -> ConnectionString {
    if let monitor {
      if directory.pgdata != nil {
        context.logger.warning("Both --monitor and --pgdata are given: --pgdata is ignored")
      }
      return try Self.parsed(monitor)
    }
    if !directory.isNamed(in: context, before: Self.variable) {
      guard let uri = context.environment[Self.variable], !uri.isEmpty else {
        throw CommandError(
          .badArguments, "The monitor is not known.",
          hint: "Name it with --monitor, or a data directory with --pgdata, or set PGDATA.")
      }
      return try Self.parsed(uri)
    }
    let locations = try directory.locations(in: context)
    switch try directory.role(at: locations) {
    case .keeper: return try directory.keeper(at: locations).requireMonitor()
    case .monitor: return Self.local(try directory.monitor(at: locations), user: context.userName)
    }
  }

  /// A client of the monitor.
  func client(in context: CommandContext) throws -> any OperatorMonitor {
    context.monitors(try connection(in: context), context.logger)
  }

  /// The node's configuration, when the data directory that was named is that of a node.
  func node(in context: CommandContext) throws -> KeeperConfiguration? {
    guard monitor == nil, directory.isNamed(in: context, before: Self.variable) else { return nil }
    let locations = try directory.locations(in: context)
    guard let role = try? directory.role(at: locations), role == .keeper else { return nil }
    return try directory.keeper(at: locations)
  }

  /// Reads a connection string; one that cannot be read is a bad argument.
  static func parsed(_ text: String) throws -> ConnectionString {
    do throws(PostgresError) {
      let target = try ConnectionString(parsing: text)
      try requirePorts(of: target)
      return target
    } catch {
      throw CommandError(
        .badArguments, "The monitor's URI cannot be read: \(error.message)",
        hint: "Write it as postgres://autoctl_node@host:port/pg_auto_failover.")
    }
  }

  /// The parser takes any word for a port.
  private static func requirePorts(of target: ConnectionString) throws(PostgresError) {
    for port in (target["port"] ?? "").split(separator: ",") {
      if let number = Int(port), (1...65535).contains(number) { continue }
      throw PostgresError(
        code: .badConnectionString, message: "\"\(port)\" is no port from 1 to 65535.")
    }
  }

  /// The monitor on this host, through its socket, as the owner of its server.
  static func local(_ configuration: MonitorConfiguration, user: String) -> ConnectionString {
    ConnectionString([
      "host": configuration.server.socketDirectory, "port": "\(configuration.server.port)",
      "user": user, "dbname": MonitorConfiguration.database,
    ])
  }
}

/// `--formation` and `--group`.
struct GroupOptions: ParsableArguments {
  @Option(
    name: [.customShort("f"), .long],
    help: "The formation. Default: the one of the node, else default.")
  var formation: String?

  @Option(name: [.customShort("g"), .long], help: "The group within the formation.")
  var group: Int?

  /// The formation that is meant: the one named, else the local node's, else the usual one.
  func formation(or node: KeeperConfiguration?) -> String {
    formation ?? node?.formation ?? "default"
  }

  /// The group that is meant.
  func group(or node: KeeperConfiguration?) -> Int { group ?? node?.group ?? 0 }
}
