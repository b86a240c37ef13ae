internal import ArgumentParser
internal import Configuration
internal import MonitorClient
internal import ServerControl

/// `config check`: every mistake in the file, with its line, and what it says of the world that is not so.
struct ConfigCheck: Command {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Check the configuration file, and what it says of this host.",
    discussion: """
      Finds every wrong table, key, type and range with its line; then looks at the programs, the \
      data directory, the server, the certificates and the monitor that the file names. Exits with \
      0 when all is well, 2 for the file, 5 for the server and 6 for the monitor.

      Example: pg_autoctl config check --pgdata ha
      """)

  @OptionGroup var directory: PgdataOptions
  @OptionGroup var global: GlobalOptions

  func run(in context: CommandContext) async throws -> ConfigurationReport {
    let locations = try directory.locations(in: context)
    let path = locations.configuration
    guard DurableFile.exists(path) else { throw PgdataOptions.unknownDirectory(locations) }
    let mistakes = ConfigurationFile.mistakes(at: path)
    guard mistakes.isEmpty else {
      return ConfigurationReport(
        findings: mistakes.map {
          .problem("configuration", $0.located, hint: $0.hint, .badConfiguration)
        })
    }
    let document = try ConfigurationDocument(at: path)
    var report = ConfigurationReport(document: document)
    report.findings.append(
      .well("configuration", "\(path): \(document.entries.count) settings, no mistake"))
    switch document.role {
    case .keeper:
      let keeper = try directory.keeper(at: locations)
      report.findings += await FileFindings(server: keeper.server, ssl: keeper.ssl, path: path)
        .all()
      report.findings += BackupFindings(keeper: keeper).all()
      report.findings.append(await monitorFinding(keeper, locations, in: context))
    case .monitor:
      let monitor = try directory.monitor(at: locations)
      report.findings +=
        await FileFindings(server: monitor.server, ssl: monitor.ssl, path: path).all()
    }
    return report
  }

  /// Does the monitor answer, and know this node's formation?
  private func monitorFinding(
    _ keeper: KeeperConfiguration, _ locations: FileLocations, in context: CommandContext
  ) async -> Finding {
    do {
      let monitor = context.monitors(try keeper.requireMonitor(), context.logger)
      let nodes = try await monitor.currentState(formation: keeper.formation, groupID: keeper.group)
      if let node = nodes.first(where: { $0.name == keeper.name }) {
        return .well("monitor", "it knows this node as \(node.name), which is \(node.reported)")
      }
      return .problem(
        "monitor", "It knows no node \(keeper.name) in the formation \(keeper.formation).",
        hint: "Create it again with pg_autoctl create postgres, or correct pg_autoctl.name.",
        .monitor)
    } catch {
      let reason = CommandError(error)
      return .problem("monitor", reason.message, hint: reason.hint, .monitor)
    }
  }
}
