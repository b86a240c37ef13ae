internal import ArgumentParser
internal import Configuration
internal import Glibc
internal import Keeper
internal import Logging
internal import MonitorClient
internal import PostgresClient

/// `set node metadata`: another name, host name or port for the node of `--pgdata`.
struct SetNodeMetadata: Command {
  static let configuration = CommandConfiguration(
    commandName: "metadata", abstract: "Set the name, host name or port of this host's node.",
    discussion: """
      Run it on the node's own host. The monitor is told first, then the configuration file is \
      changed and a running service reads it again. The other nodes follow the new host name by \
      themselves; the port changes while the service is stopped.

      Example: pg_autoctl set node metadata --hostname db2.example.com --pgdata ha
      """)

  @Option(help: "The node's name, unique in its formation.")
  var name: String?
  @Option(help: "The name or address under which the others reach it.")
  var hostname: String?
  @Option(help: "The port of its server.")
  var pgport: Int?
  @OptionGroup var directory: PgdataOptions
  @OptionGroup var global: GlobalOptions

  var isForServerOwner: Bool { true }

  func validate() throws {
    if name == nil, hostname == nil, pgport == nil {
      throw ValidationError("Nothing is to be changed: give --name, --hostname or --pgport.")
    }
    if let pgport, !(1...65535).contains(pgport) {
      throw ValidationError("The port must be from 1 to 65535.")
    }
    if name?.isEmpty == true || hostname?.isEmpty == true {
      throw ValidationError("Neither a name nor a host name can be empty.")
    }
  }

  func run(in context: CommandContext) async throws -> ConfigurationAnswer {
    let locations = try directory.locations(in: context)
    let keeper = try directory.keeper(at: locations)
    let service = RunningService(locations: locations)
    if let pgport, pgport != keeper.server.port, service.process != nil {
      throw CommandError(
        .badState,
        "The port cannot change while the service runs: its server listens on the old one.",
        hint: "Stop it with pg_autoctl stop, change the port, and start it again.")
    }
    // Everything that can be wrong with the file is found before the monitor is told.
    var document = try ConfigurationDocument(at: locations.configuration)
    for (setting, value) in [
      ("pg_autoctl.name", name), ("pg_autoctl.hostname", hostname),
      ("postgresql.port", pgport.map { "\($0)" }),
    ] {
      if let value { document = try document.setting(setting, to: value) }
    }
    try await tellMonitor(
      of: try StateFile(path: locations.state).load().nodeID,
      at: context.monitors(try keeper.requireMonitor(), context.logger))
    try document.save()
    let isTold = try service.send(SIGHUP)
    context.logger.info(
      isTold
        ? "The node has its new data; the others take them up within seconds"
        : "The node has its new data; its service is not running")
    return ConfigurationAnswer(document: document, entry: nil)
  }

  private func tellMonitor(of nodeID: Int64, at monitor: any OperatorMonitor) async throws {
    do throws(MonitorError) {
      try await monitor.updateMetadata(nodeID: nodeID, name: name, host: hostname, port: pgport)
    } catch let error where error.code == .refused(sqlState: SQLState.uniqueViolation) {
      throw CommandError(
        .monitor, "Another node has that name, or that host name and port, already.",
        hint: "Look at the nodes with: pg_autoctl show state")
    } catch {
      throw error
    }
  }
}
