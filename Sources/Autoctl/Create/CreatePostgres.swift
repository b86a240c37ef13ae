internal import ArgumentParser
internal import Configuration
internal import Logging
internal import PostgresClient

/// `create postgres`: creates a node, or takes up one that is there.
struct CreatePostgres: Command {
  static let configuration = CommandConfiguration(
    commandName: "postgres", abstract: "Create a node.",
    discussion: """
      The first node of a group becomes its primary, with the data that its directory may hold \
      already; another one copies the primary. Creating the same node again does no harm, and goes on \
      with what was interrupted.

      Where clients need passwords, the one of the role pgautofailover_replicator is taken from the \
      environment variable PG_AUTOCTL_REPLICATION_PASSWORD, and kept in the configuration file.

      Example: pg_autoctl create postgres --pgdata ha --auth scram-sha-256 --ssl-self-signed --monitor \
      postgres://autoctl_node@mon.example/pg_auto_failover?sslmode=require
      """)

  @OptionGroup var server: ServerOptions
  @Option(
    name: [.customShort("m"), .long],
    help: .init("The monitor. Default: PG_AUTOCTL_MONITOR.", valueName: "uri"))
  var monitor: String?
  @Option(name: [.customShort("f"), .long], help: "The formation that the node joins.")
  var formation: String?
  @Option(
    name: [.customShort("a"), .long],
    help: "The name of the node. Default: PG_AUTOCTL_NODE_NAME, or the monitor chooses.")
  var name: String?
  @Option(
    name: [.customShort("U"), .long],
    help: "A role to create for the application. Default: PGUSER, or none.")
  var username: String?
  @Option(
    name: [.customShort("d"), .long],
    help: "The application's database. Default: PGDATABASE, or postgres.")
  var dbname: String?
  @Option(
    name: [.customShort("P"), .long],
    help: """
      0 to 100: who takes over first; 0 never does. Default: PG_AUTOCTL_CANDIDATE_PRIORITY, or 50.
      """)
  var candidatePriority: Int?
  @Option(
    name: [.customShort("r"), .long],
    help: .init(
      "Do commits wait for this node? Default: PG_AUTOCTL_REPLICATION_QUORUM, or true.",
      valueName: "true|false"))
  var replicationQuorum: Bool?
  @Option(
    name: [.customShort("R"), .long], help: "The most that a base backup may transfer in a second.")
  var maximumBackupRate: String?
  @Option(
    help: .init(
      "A command of the shell that makes the base backup in $PGDATA, in place of pg_basebackup.",
      valueName: "command"))
  var baseBackupCommand: String?
  @OptionGroup var global: GlobalOptions

  var isForServerOwner: Bool { true }

  func validate() throws {
    if let candidatePriority, !(0...100).contains(candidatePriority) {
      throw ValidationError(
        "--candidate-priority \(candidatePriority) is not possible: write a number from 0 to 100.")
    }
    if let maximumBackupRate, !SettingKind.rate.accepts(.text(maximumBackupRate)) {
      throw ValidationError(
        "--maximum-backup-rate \(maximumBackupRate) is not possible: write \(SettingKind.rate.wanted)."
      )
    }
  }

  func run(in context: CommandContext) async throws -> Silence {
    let locations = try server.directory.locations(in: context)
    let creation = NodeCreation(locations: locations, context: context)
    let earlier = try creation.earlierConfiguration(server.directory)
    if let earlier, let process = RunningService(locations: locations).process {
      try refuseOther(than: earlier, in: context)
      context.logger.info(
        "\(locations.pgdata) is a node already, and is kept by the process \(process)")
      return Silence()
    }
    if let earlier { try refuseOther(than: earlier, in: context) }
    let environment = NodeEnvironment(variables: context.environment)
    let priority = try candidatePriority ?? environment.candidatePriority() ?? 50
    let takesPart = try replicationQuorum ?? environment.replicationQuorum() ?? true
    let configuration = try await configuration(earlier: earlier, at: locations, in: context)
    try await creation.perform(
      configuration, candidatePriority: priority, replicationQuorum: takesPart)
    if server.run {
      try await Services(
        directory: server.directory, locations: locations, context: context
      ).run()
    } else {
      context.logger.info("Run its service with: pg_autoctl run --pgdata \(locations.pgdata)")
    }
    return Silence()
  }

  /// What a node belongs to is not changed by creating it again.
  private func refuseOther(
    than earlier: KeeperConfiguration, in context: CommandContext
  ) throws {
    if let formation, formation != earlier.formation {
      throw CommandError(
        .badArguments,
        "This node belongs to the formation \"\(earlier.formation)\", not to \"\(formation)\".",
        hint: "Drop it first with: pg_autoctl drop node --destroy.")
    }
    if let pgport = server.pgport, pgport != earlier.server.port {
      throw CommandError(
        .badArguments,
        "This node uses the port \(earlier.server.port), not \(pgport).",
        hint: "Drop it first with: pg_autoctl drop node --destroy.")
    }
  }

  /// Everything that can be found out before anything is changed.
  private func configuration(
    earlier: KeeperConfiguration?, at locations: FileLocations, in context: CommandContext
  ) async throws -> KeeperConfiguration {
    let uri = try monitorURI(earlier: earlier, in: context)
    let target = try MonitorOptions.parsed(uri)
    let programs = try await server.programs(in: context)
    _ = try TargetDirectory(locations.pgdata)
    let environment = context.environment
    var configuration = earlier ?? KeeperConfiguration()
    configuration.monitor = uri
    configuration.formation = formation ?? earlier?.formation ?? "default"
    configuration.name = name ?? earlier?.name ?? environment["PG_AUTOCTL_NODE_NAME"] ?? ""
    configuration.server = try server.server(
      from: earlier?.server, pgdata: locations.pgdata, programs: programs, in: context)
    configuration.ssl = try server.ssl.configuration(workingDirectory: context.workingDirectory)
    configuration.username = username ?? earlier?.username ?? environment["PGUSER"] ?? ""
    configuration.database = dbname ?? earlier?.database ?? environment["PGDATABASE"] ?? "postgres"
    if let password = environment["PG_AUTOCTL_REPLICATION_PASSWORD"], !password.isEmpty {
      configuration.replicationPassword = password
    }
    if let maximumBackupRate { configuration.maximumBackupRate = maximumBackupRate }
    if let baseBackupCommand { configuration.baseBackupCommand = baseBackupCommand }
    try configuration.server.adoptOrRequireFreePort(explicit: server.pgport)
    configuration.hostname = try server.hostname ?? earlier?.hostname ?? ownAddress(towards: target)
    return configuration
  }

  private func monitorURI(
    earlier: KeeperConfiguration?, in context: CommandContext
  ) throws -> String {
    guard
      let uri = monitor ?? earlier?.monitor ?? context.environment["PG_AUTOCTL_MONITOR"],
      !uri.isEmpty
    else {
      throw CommandError(
        .badArguments, "The monitor is not known.",
        hint: "Name it with --monitor; pg_autoctl show uri --formation monitor prints its URI.")
    }
    return uri
  }

  private func ownAddress(towards monitor: ConnectionString) throws -> String {
    let host = monitor.hosts.first ?? "localhost"
    if host.hasPrefix("/") { return LocalAddress.ofThisMachine() }
    guard let address = LocalAddress.towards(host: host, port: Int(monitor["port"] ?? "") ?? 5432)
    else {
      throw CommandError(
        .monitor, "The monitor's host \"\(host)\" cannot be found.",
        hint: "Check the monitor's URI and the name service of this host.")
    }
    return address
  }
}
